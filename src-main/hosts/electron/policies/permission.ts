/** What the page may ask of the system: nothing. It needs no camera, place, notification, clipboard reading or device. */

/** Whether a permission is granted, for Electron's request and check handlers alike. */
export function permissionAllowed(_permission: string): boolean {
  return false
}
