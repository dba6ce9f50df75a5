import { describe, expect, it } from 'vitest'
import { nextSort, sortRows, visibleWindow } from './data-table'

describe('sorting', () => {
  it('goes from ascending to descending to none, and starts anew at another column', () => {
    const first = nextSort(null, 'a')
    expect(first).toEqual({ key: 'a', descending: false })
    expect(nextSort(first, 'a')).toEqual({ key: 'a', descending: true })
    expect(nextSort({ key: 'a', descending: true }, 'a')).toBeNull()
    expect(nextSort(first, 'b')).toEqual({ key: 'b', descending: false })
  })
  it('compares numbers by value and names with their numbers, missing values last either way', () => {
    const rows = ['conv10', 'conv2', null, 'conv1']
    expect(sortRows(rows, (row) => row, false)).toEqual(['conv1', 'conv2', 'conv10', null])
    expect(sortRows(rows, (row) => row, true)).toEqual(['conv10', 'conv2', 'conv1', null])
    expect(sortRows([10, 9, -1], (row) => row, false)).toEqual([-1, 9, 10])
  })
  it('leaves the given rows alone, keeps equals in order', () => {
    const rows = [{ k: 1, n: 'a' }, { k: 0, n: 'b' }, { k: 1, n: 'c' }]
    expect(sortRows(rows, (row) => row.k, false).map((row) => row.n)).toEqual(['b', 'a', 'c'])
    expect(rows.map((row) => row.n)).toEqual(['a', 'b', 'c'])
  })
})

describe('the visible window', () => {
  it('covers what is seen with a margin, within the rows', () => {
    expect(visibleWindow(0, 280, 28, 1000)).toEqual({ first: 0, last: 20 })
    expect(visibleWindow(2800, 280, 28, 1000)).toEqual({ first: 90, last: 120 })
    expect(visibleWindow(27_900, 280, 28, 1000)).toEqual({ first: 986, last: 1000 })
    expect(visibleWindow(99_999, 280, 28, 10)).toEqual({ first: 10, last: 10 })
  })
})
