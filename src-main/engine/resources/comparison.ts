/** Bounds the memory of comparing layer outputs. */

/** Layer outputs that are held at a time: 2²³ numbers, 32 MiB, for each of the two networks. */
export const largestComparison = 2 ** 23
