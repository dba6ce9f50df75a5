import type { Hardware } from '@shared/hardware'

/** The number representation of a hardware description. */
export type Representation = Hardware['representation']
