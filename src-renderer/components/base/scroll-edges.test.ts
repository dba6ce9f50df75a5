import { describe, expect, it } from 'vitest'
import { scrollEdges } from './scroll-edges'

const element = { scrollLeft: 0, scrollTop: 0, scrollWidth: 800, scrollHeight: 300, clientWidth: 600, clientHeight: 200 }

describe('edges of a scrolling element', () => {
  it('names those behind which there is more', () => {
    expect(scrollEdges(element)).toEqual({ left: false, right: true, bottom: true })
    expect(scrollEdges({ ...element, scrollLeft: 90, scrollTop: 100 })).toEqual({ left: true, right: true, bottom: false })
    expect(scrollEdges({ ...element, scrollLeft: 199.4 })).toEqual({ left: true, right: false, bottom: true })
  })
  it('names none where everything fits', () => {
    expect(scrollEdges({ ...element, scrollWidth: 600, scrollHeight: 200 })).toEqual({ left: false, right: false, bottom: false })
  })
})
