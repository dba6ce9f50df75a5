/** Figures of the digital logic behind the converters. */
import { horowitz, type Figure } from './figure'

const node = 'At 45 nm; smaller nodes need less. Between the published 8 and 32 bits the rule is within 20 %.'

export const digitalFigures = {
  addEnergy: {
    group: 'digital', label: 'Addition, per bit', symbol: 'e_add', unit: 'fJ/bit', toSi: 1e-15, value: 3.1, status: 'published',
    meaning: 'Energy of an integer addition over its bits; comparisons count as additions.', source: horowitz, derivation: '0.1 pJ / 32 bits (8 bits: 0.03 pJ, 3.75 fJ/bit)', uncertainty: node, minimum: 0, maximum: 1e9
  },
  multiplyEnergy: {
    group: 'digital', label: 'Multiplication, per bit of both factors', symbol: 'e_mul', unit: 'fJ/bit²', toSi: 1e-15, value: 3.0, status: 'published',
    meaning: 'Energy of an integer multiplication over the product of the bits of its factors.', source: horowitz, derivation: '3.1 pJ / 32² bits² (8 bits: 0.2 pJ, 3.1 fJ/bit²)', uncertainty: node, minimum: 0, maximum: 1e9
  },
  macEnergy: {
    group: 'digital', label: 'Multiply–accumulate of digital layers', symbol: 'E_MAC', unit: 'pJ', toSi: 1e-12, value: 4.6, status: 'published',
    meaning: 'One multiply–accumulate of a layer that is computed digitally, in the number format of the simulation (float32).', source: horowitz, derivation: '3.7 pJ multiplication + 0.9 pJ addition',
    uncertainty: 'At 45 nm, arithmetic only. Integers of 8 bits would take 0.2 + 0.03 pJ by the same source, and weights must be fetched as well.', minimum: 0, maximum: 1e9
  },
  memoryEnergy: {
    group: 'digital', label: 'Buffer access, per bit', symbol: 'e_mem', unit: 'fJ/bit', toSi: 1e-15, value: 156, status: 'published',
    meaning: 'Reading or writing one bit of activations.', source: horowitz, derivation: '10 pJ / 64 bits of an 8 KB cache', uncertainty: 'Larger memories cost more: 20 pJ at 32 KB, 100 pJ at 1 MB by the same source.', minimum: 0, maximum: 1e9
  },
  digitalRate: {
    group: 'digital', label: 'Rate of digital layers', symbol: 'R_MAC', unit: 'GMAC/s', toSi: 1e9, value: null, status: 'missing',
    meaning: 'Multiply–accumulates per second of the unit that computes digital layers.', source: null, derivation: 'A choice of the design.', uncertainty: '', minimum: 1e-9, maximum: 1e9
  }
} as const satisfies Record<string, Figure>
