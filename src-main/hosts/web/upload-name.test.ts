import { basename, join, posix, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeFileName } from './upload-name'

describe('safeFileName', () => {
  it.each([
    ['model.onnx', 'model.onnx'],
    ['train-images-idx3-ubyte.gz', 'train-images-idx3-ubyte.gz'],
    ['Über Bild (1).png', 'Über Bild (1).png'],
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\Windows\\win.ini', 'win.ini'],
    ['/absolute/x.npy', 'x.npy'],
    ['C:\\x.npy', 'x.npy'],
    ['C:x.npy', 'C_x.npy'],
    ['..', 'upload'],
    ['.', 'upload'],
    ['', 'upload'],
    ['a/', 'upload'],
    ['.bashrc', 'bashrc'],
    ['name.', 'name'],
    ['x\u0000.onnx', 'x_.onnx'],
    ['stream.onnx:evil', 'stream.onnx_evil'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt']
  ])('%j → %j', (name, expected) => expect(safeFileName(name)).toBe(expected))

  it('keeps the ending of a long name', () => {
    const name = safeFileName(`${'x'.repeat(500)}.onnx`)
    expect(name).toHaveLength(200)
    expect(name.endsWith('.onnx')).toBe(true)
  })

  it('stays inside its folder whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const safe = safeFileName(name)
        expect(safe).not.toBe('')
        expect(basename(join('/folder', safe))).toBe(safe)
        expect(posix.dirname(posix.join('/folder', safe))).toBe('/folder')
        expect(win32.dirname(win32.join('C:\\folder', safe))).toBe('C:\\folder')
      })
    )
  })
})
