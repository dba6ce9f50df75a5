import { describe, expect, it } from 'vitest'
import { createHistory } from './history'

describe('undo and redo', () => {
  it('walks back and forth', () => {
    const history = createHistory<number>()
    history.record(1, 'a', 0)
    history.record(2, 'b', 0)
    expect(history.undo(3)).toBe(2)
    expect(history.undo(2)).toBe(1)
    expect(history.undo(1)).toBeNull()
    expect(history.redo(1)).toBe(2)
    expect(history.redo(2)).toBe(3)
    expect(history.canRedo()).toBe(false)
  })
  it('takes quick edits of the same thing for one step, slow ones and others for several', () => {
    const history = createHistory<number>()
    history.record(1, 'a', 0)
    history.record(2, 'a', 500)
    expect(history.undo(3)).toBe(1)
    expect(history.canUndo()).toBe(false)
    history.record(1, 'a', 10_000)
    history.record(2, 'a', 20_000)
    expect(history.undo(3)).toBe(2)
  })
  it('forgets what was undone when something new is done', () => {
    const history = createHistory<number>()
    history.record(1, 'a', 0)
    history.undo(2)
    history.record(1, 'b', 0)
    expect(history.canRedo()).toBe(false)
  })
})
