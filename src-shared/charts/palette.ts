/**
 * Colours of a chart. The caller chooses one: the interface by its theme, the report by its medium. Series colours are
 * the Okabe–Ito set (Okabe and Ito 2008, "Color Universal Design"), which people with any common colour-vision
 * deficiency can tell apart, shifted in lightness to reach 3 : 1 against each background (WCAG 1.4.11). Series differ in
 * marker and dash as well, so a grey print is still readable.
 */
export interface ChartPalette {
  name: 'light' | 'dark' | 'print'
  /** 'transparent' lets the surface behind the chart show. */
  background: string
  /** Titles, values. */
  text: string
  /** Axis labels, legends. */
  mutedText: string
  axisLine: string
  gridLine: string
  /** One colour per series, repeated when there are more series. */
  series: readonly string[]
  /** The digital reference. */
  reference: string
  /** Heat map from 0 to 1: equal steps look equal. */
  sequential: readonly string[]
  /** Text inside heat-map cells, on the low and on the high half of `sequential`. */
  cellText: { low: string; high: string }
  tooltip: { background: string; border: string; text: string }
  fontFamily: string
}

const fontFamily = "'Inter Variable', Inter, 'Helvetica Neue', Arial, sans-serif"

export const chartPalettes: Readonly<Record<ChartPalette['name'], ChartPalette>> = {
  light: {
    name: 'light',
    background: 'transparent',
    text: '#1c2430',
    mutedText: '#56606e',
    axisLine: '#9aa3af',
    gridLine: '#e4e7ec',
    series: ['#0072b2', '#d55e00', '#008562', '#b0538c', '#a06f00', '#3b84b5', '#5f5f5f'],
    reference: '#3d4653',
    sequential: ['#f5f8fb', '#cbdff0', '#8fbbdc', '#4a90c2', '#1a659f', '#0b3c66'],
    cellText: { low: '#1c2430', high: '#ffffff' },
    tooltip: { background: '#ffffff', border: '#d3d8df', text: '#1c2430' },
    fontFamily
  },
  dark: {
    name: 'dark',
    background: 'transparent',
    text: '#e6e9ee',
    mutedText: '#a3acb9',
    axisLine: '#5b6573',
    gridLine: '#2b323c',
    series: ['#56b4e9', '#f0874a', '#2fbf95', '#dd93be', '#e6b03c', '#9dc3ff', '#bfc5cd'],
    reference: '#c3cad4',
    sequential: ['#171d26', '#173a58', '#1d5f8f', '#3289bd', '#77b7dd', '#d3eaf8'],
    cellText: { low: '#e6e9ee', high: '#0e141b' },
    tooltip: { background: '#222932', border: '#3c4653', text: '#e6e9ee' },
    fontFamily
  },
  print: {
    name: 'print',
    background: '#ffffff',
    text: '#111111',
    mutedText: '#444444',
    axisLine: '#777777',
    gridLine: '#dddddd',
    series: ['#005a8e', '#b84c00', '#006d50', '#93406f', '#7d5600', '#2b6a94', '#4d4d4d'],
    reference: '#222222',
    sequential: ['#f7f9fb', '#cfe0ee', '#97bcd9', '#5291bf', '#1f6398', '#0c3a61'],
    cellText: { low: '#111111', high: '#ffffff' },
    tooltip: { background: '#ffffff', border: '#cccccc', text: '#111111' },
    fontFamily: "Inter, 'Helvetica Neue', Arial, sans-serif"
  }
}

/** The colour of series `index`. */
export const seriesColour = (palette: ChartPalette, index: number): string => palette.series[index % palette.series.length] ?? palette.text

/** `colour` (six hexadecimal digits) with an opacity between 0 and 1. */
export const translucent = (colour: string, opacity: number): string => `${colour}${Math.round(opacity * 255).toString(16).padStart(2, '0')}`

const symbols = ['circle', 'diamond', 'triangle', 'rect', 'roundRect', 'pin', 'arrow'] as const
const dashes = ['solid', 'dashed', 'dotted'] as const

/** Marker of series `index`: a second cue beside colour. */
export const seriesSymbol = (index: number): (typeof symbols)[number] => symbols[index % symbols.length] ?? 'circle'

/** Line style of series `index`: solid until the colours repeat. */
export const seriesDash = (palette: ChartPalette, index: number): (typeof dashes)[number] =>
  dashes[Math.floor(index / palette.series.length) % dashes.length] ?? 'solid'
