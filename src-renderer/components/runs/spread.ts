/** The choice of a second band in charts against a sweep. */
import type { Spread } from '@shared/charts'

export const spreadOptions: { value: Spread; label: string }[] = [{ value: 'none', label: 'Mean' }, { value: 'q05-q95', label: '5–95 %' }, { value: 'min-max', label: 'Range' }]

/** After “mean and interval over chip instances”. */
export const spreadWords: Record<Spread, string> = { none: '', 'q05-q95': '; lighter: 5 % to 95 %', 'min-max': '; lighter: least to greatest' }
