/** Runs asynchronous operations one after the other, in the order in which they were asked for. */
export type Serial = <T>(operation: () => Promise<T>) => Promise<T>

/** A fresh line of operations; a failing one does not stop those behind it. */
export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve()
  return (operation) => {
    const next = last.then(operation, operation)
    last = next.catch(() => undefined)
    return next
  }
}
