import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readWindowState, restoredBounds, writeWindowState, type WindowState } from './window-state'

const screen = { x: 0, y: 25, width: 1920, height: 1055 }
const second = { x: 1920, y: 0, width: 2560, height: 1440 }
const state = (changes: Partial<WindowState>): WindowState => ({ x: 100, y: 100, width: 1200, height: 800, maximized: false, background: null, ...changes })

describe('restoredBounds', () => {
  it.each([
    ['the first start', null, [screen], { width: 1440, height: 900 }],
    ['the first start on a small screen', null, [{ x: 0, y: 0, width: 1280, height: 720 }], { width: 1280, height: 720 }],
    ['the same place', state({}), [screen], { x: 100, y: 100, width: 1200, height: 800 }],
    ['a second screen', state({ x: 2000 }), [screen, second], { x: 2000, y: 100, width: 1200, height: 800 }],
    ['a screen that is gone', state({ x: 2000 }), [screen], { width: 1200, height: 800 }],
    ['partly outside but graspable', state({ x: -1000 }), [screen], { x: -1000, y: 100, width: 1200, height: 800 }],
    ['hardly visible', state({ x: -1100 }), [screen], { width: 1200, height: 800 }],
    ['its title under the menu bar', state({ y: 0 }), [screen], { width: 1200, height: 800 }],
    ['its title below the screen', state({ y: 1060 }), [screen], { width: 1200, height: 800 }],
    ['larger than the screen', state({ x: 0, y: 25, width: 5000, height: 5000 }), [screen], { x: 0, y: 25, width: 1920, height: 1055 }],
    ['too small', state({ width: 10, height: 10, x: 500 }), [screen], { width: 960, height: 600 }],
    ['no screen', null, [], { width: 1440, height: 900 }]
  ])('%s', (_case, stored, areas, expected) => expect(restoredBounds(stored, areas)).toEqual(expected))
})

describe('window state on disk', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'acim-window-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('comes back', () => {
    const file = join(folder, 'new', 'window.json')
    writeWindowState(file, state({ background: '#14171b' }))
    expect(readWindowState(file)).toEqual(state({ background: '#14171b' }))
  })
  it.each(['', '{', '[]', '{"x":1}', JSON.stringify(state({ width: -5 })), JSON.stringify(state({ background: 'url(x)' }))])('ignores %j', (text) => {
    writeFileSync(join(folder, 'window.json'), text)
    expect(readWindowState(join(folder, 'window.json'))).toBeNull()
  })
  it('has none at first', () => expect(readWindowState(join(folder, 'none.json'))).toBeNull())
})
