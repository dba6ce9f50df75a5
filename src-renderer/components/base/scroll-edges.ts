/** At which edges a scrolling element hides content. */

export interface ScrollEdges {
  left: boolean
  right: boolean
  bottom: boolean
}

/** The measures of an element that matter here; every HTMLElement has them. */
export interface ScrollMeasures {
  scrollLeft: number
  scrollTop: number
  scrollWidth: number
  scrollHeight: number
  clientWidth: number
  clientHeight: number
}

/** Positions are fractions of a pixel on scaled screens, sizes are whole: less than this is no hidden content. */
const tolerance = 2

export const scrollEdges = ({ scrollLeft, scrollTop, scrollWidth, scrollHeight, clientWidth, clientHeight }: ScrollMeasures): ScrollEdges => ({
  left: scrollLeft >= tolerance,
  right: scrollWidth - clientWidth - scrollLeft >= tolerance,
  bottom: scrollHeight - clientHeight - scrollTop >= tolerance
})
