/** The part of write-file-atomic that is used here; the package carries no types. */
declare module 'write-file-atomic' {
  /** Writes to a temporary file beside `file`, flushes it to the disk and renames it over `file`. */
  export default function writeFileAtomic(file: string, data: string | Uint8Array): Promise<void>
}
