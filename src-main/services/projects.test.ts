/** Projects through the request door: making, opening, damage, locks, recents, the sample, imports, handles. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { projectSettingsSchema } from '@shared/project'
import { createServices } from './services'
import { datasetSummary, networkReport } from './testing/fake-engine'
import { createWorkbench, openReadyProject, until, type Workbench } from './testing/workbench'

let bench: Workbench
beforeEach(async () => {
  bench = await createWorkbench()
})
afterEach(() => bench.dispose())

const handleOf = (path: string): string => bench.services.registerPath(path)

describe('requests', () => {
  it('refuses unknown names and malformed input, naming the field', async () => {
    expect(await bench.refused('no.such', {})).toMatchObject({ code: 'REQUEST_INVALID', where: 'no.such' })
    expect(await bench.refused('toString', {})).toMatchObject({ code: 'REQUEST_INVALID' })
    expect(await bench.refused('project.create', { name: '', parent: null })).toMatchObject({ code: 'REQUEST_INVALID', where: 'project.create.name' })
    expect(await bench.refused('runs.get', { runId: '../../x' })).toMatchObject({ code: 'REQUEST_INVALID', where: 'runs.get.runId' })
  })

  it('says what an output that breaks the contract is', async () => {
    await openReadyProject(bench)
    bench.engine.answers['dataset.thumbnails'] = () => [{ index: 'first' }] as never
    expect(await bench.refused('dataset.thumbnails', { indices: [0] })).toMatchObject({ code: 'INTERNAL', where: 'dataset.thumbnails.0.index' })
  })

  it('needs a project, a network, data', async () => {
    expect(await bench.refused('runs.start', { kind: 'simulate', name: null })).toMatchObject({ code: 'NOT_READY', where: 'project' })
    await bench.ask('project.create', { name: 'Empty', parent: null })
    expect(await bench.refused('network.tiles', {})).toMatchObject({ code: 'NOT_READY', where: 'network' })
    expect(await bench.refused('dataset.thumbnails', { indices: [] })).toMatchObject({ code: 'NOT_READY', where: 'dataset' })
    const both = await bench.refused('runs.start', { kind: 'simulate', name: null })
    expect(both).toMatchObject({ code: 'NOT_READY', where: 'network' })
    expect(both.message).toContain('data set')
  })

  it('tells about the program', async () => {
    const info = await bench.ask('app.info', {})
    expect(info).toMatchObject({ host: 'cli', nativeDialogs: false })
    expect(info.versions['onnxruntime-node']).toMatch(/^\d+\.\d+\.\d+/)
  })
})

describe('making and opening', () => {
  it('keeps settings over a restart', async () => {
    const made = await bench.ask('project.create', { name: 'My: project', parent: null })
    expect(made.location).toBe(join(bench.abilities.projectsFolder, 'My- project'))
    expect(made.name).toBe('My: project')
    const settings = projectSettingsSchema.parse({ hardware: { device: { kind: 'weight-referred', sigma: 0.3 } } })
    await bench.ask('project.saveSettings', { settings })
    await bench.services.close()
    await bench.restart()
    const recents = await bench.ask('project.recents', {})
    expect(recents).toMatchObject([{ name: 'My: project', exists: true }])
    const opened = await bench.ask('project.open', { recent: recents[0]?.id ?? '' })
    expect(opened.settings).toEqual(settings)
    // Opening what is open is no second opening.
    expect((await bench.ask('project.open', { handle: handleOf(join(made.location, 'project.json')) })).name).toBe('My: project')
  })

  it('does not take a folder that is in use for other things', async () => {
    bench.file('projects/Taken/notes.txt', 'mine')
    expect(await bench.refused('project.create', { name: 'Taken', parent: null })).toMatchObject({ code: 'PROJECT_EXISTS' })
    const other = await bench.services.openOrCreateProject(join(bench.root, 'projects', 'Taken'), 'x')
    expect(other).toMatchObject({ ok: false, problem: { code: 'PROJECT_EXISTS' } })
    expect(readdirSync(join(bench.root, 'projects', 'Taken'))).toEqual(['notes.txt'])
    expect(await bench.refused('project.open', { handle: handleOf(join(bench.root, 'projects', 'Taken')) })).toMatchObject({ code: 'PROJECT_NOT_FOUND' })
    expect(await bench.refused('project.open', { handle: handleOf(join(bench.root, 'nowhere')) })).toMatchObject({ code: 'PROJECT_NOT_FOUND' })
    expect(await bench.refused('project.open', { recent: 'unknown' })).toMatchObject({ code: 'PROJECT_NOT_FOUND' })
  })

  it('opens or makes for the command line', async () => {
    const path = join(bench.root, 'deep', 'er')
    expect(await bench.services.openOrCreateProject(path, 'Made')).toMatchObject({ ok: true, value: { name: 'Made' } })
    await bench.ask('project.close', {})
    expect(await bench.ask('project.current', {})).toBeNull()
    expect(await bench.services.openOrCreateProject(path, 'Other')).toMatchObject({ ok: true, value: { name: 'Made' } })
  })

  it.each([
    ['text', 'PROJECT_INVALID', 'project.json'],
    ['{"schemaVersion":9}', 'PROJECT_TOO_NEW', 'project.json.schemaVersion'],
    ['{"schemaVersion":1,"name":"A","createdAt":"2026-01-01T00:00:00Z","network":null,"dataset":null,"settings":{"hardware":{"array":{"rows":-1}}}}', 'PROJECT_INVALID', 'project.json.settings.hardware.array.rows'],
    ['{"schemaVersion":1,"name":"A","createdAt":"2026-01-01T00:00:00Z","network":"../../secret","dataset":null}', 'PROJECT_INVALID', 'project.json.network']
  ])('leaves a damaged project as it is (%s)', async (content, code, where) => {
    const file = bench.file('damaged/project.json', content)
    const problem = await bench.refused('project.open', { handle: handleOf(join(bench.root, 'damaged')) })
    expect(problem).toMatchObject({ code, where })
    expect(readFileSync(file, 'utf8')).toBe(content)
    expect(readdirSync(join(bench.root, 'damaged'))).toEqual(['project.json'])
  })

  it('opens with a damaged import, names it, and does not forget it', async () => {
    const path = await openReadyProject(bench)
    await bench.ask('project.close', {})
    const [model] = readdirSync(join(path, 'models'))
    const record = join(path, 'models', model ?? '', 'import.json')
    writeFileSync(record, 'damaged')
    const opened = await bench.ask('project.open', { handle: handleOf(path) })
    expect(opened.network).toBeNull()
    expect(opened.dataset?.name).toBe('digits')
    expect(await bench.ask('problems.list', {})).toMatchObject([{ code: 'PROJECT_INVALID', where: `models/${model}/import.json` }])
    expect(readFileSync(record, 'utf8')).toBe('damaged')
    await bench.ask('project.saveSettings', { settings: opened.settings })
    expect(JSON.parse(readFileSync(join(path, 'project.json'), 'utf8')).network).toBe(model)
    // Importing the same file again does not touch the damaged folder.
    await bench.ask('network.import', { handle: handleOf(join(bench.root, 'input', 'net.onnx')) })
    expect(readdirSync(join(path, 'models')).sort()).toEqual([model, `${model}-2`])
    expect(readFileSync(record, 'utf8')).toBe('damaged')
  })

  it('puts a damaged list of recents aside', async () => {
    bench.file('user/recents.json', 'damaged')
    await bench.ask('project.create', { name: 'A', parent: null })
    expect(await bench.ask('project.recents', {})).toHaveLength(1)
    const aside = readdirSync(join(bench.root, 'user')).find((name) => name.includes('unreadable'))
    expect(readFileSync(join(bench.root, 'user', aside ?? ''), 'utf8')).toBe('damaged')
    expect(await bench.ask('problems.list', {})).toHaveLength(1)
  })
})

describe('lock', () => {
  const lockFile = (path: string): string => join(path, '.lock')

  it('keeps a second program out until the first closes', async () => {
    const path = await openReadyProject(bench)
    const second = await createServices(bench.abilities)
    expect(await second.openOrCreateProject(path, 'x')).toMatchObject({ ok: false, problem: { code: 'PROJECT_IN_USE' } })
    await bench.ask('project.close', {})
    expect(existsSync(lockFile(path))).toBe(false)
    expect(await second.openOrCreateProject(path, 'x')).toMatchObject({ ok: true })
    await second.close()
  })

  it('takes over the lock of a process that is gone', async () => {
    const path = await openReadyProject(bench)
    await bench.ask('project.close', {})
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    const pid = child.pid ?? 0
    writeFileSync(lockFile(path), JSON.stringify({ pid, host: hostname(), token: 'x' }))
    expect(await bench.refused('project.open', { handle: handleOf(path) })).toMatchObject({ code: 'PROJECT_IN_USE' })
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
    expect((await bench.ask('project.open', { handle: handleOf(path) })).name).toBe('Work')
    expect(JSON.parse(readFileSync(lockFile(path), 'utf8')).pid).toBe(process.pid)
    expect(readdirSync(path).filter((name) => name.startsWith('.lock'))).toEqual(['.lock'])
  })

  it('takes over a lock with this number from an earlier life, and one that nobody has touched for long', async () => {
    const path = await openReadyProject(bench)
    await bench.ask('project.close', {})
    writeFileSync(lockFile(path), JSON.stringify({ pid: process.pid, host: hostname(), token: 'before the restart' }))
    await bench.ask('project.open', { handle: handleOf(path) })
    await bench.ask('project.close', {})
    writeFileSync(lockFile(path), JSON.stringify({ pid: 1, host: 'another-machine', token: 'y' }))
    expect(await bench.refused('project.open', { handle: handleOf(path) })).toMatchObject({ code: 'PROJECT_IN_USE' })
    const longAgo = new Date(Date.now() - 3_600_000)
    utimesSync(lockFile(path), longAgo, longAgo)
    await bench.ask('project.open', { handle: handleOf(path) })
  })
})

describe('imports', () => {
  it('stores a network once, keeps the source and shows a job', async () => {
    const path = await openReadyProject(bench)
    await bench.ask('network.import', { handle: handleOf(join(bench.root, 'input', 'net.onnx')) })
    expect(readdirSync(join(path, 'models'))).toEqual(['net-aaaaaaaa'])
    expect(readdirSync(join(path, 'models', 'net-aaaaaaaa')).sort()).toEqual(['import.json', 'network.onnx', 'source.onnx'])
    expect(readFileSync(join(path, 'models', 'net-aaaaaaaa', 'source.onnx'), 'utf8')).toBe('model')
    expect((await bench.ask('jobs.list', {})).map((job) => [job.title, job.status])).toEqual([
      ['Import net.onnx', 'finished'], ['Import digits.idx', 'finished'], ['Import net.onnx', 'finished']
    ])
    const state = await bench.ask('project.current', {})
    expect(state?.network?.name).toBe('net.onnx')
    expect(state?.dataset?.count).toBe(10_000)
  })

  it('imports the stored source again with another input or output, under its own name', async () => {
    const path = await openReadyProject(bench)
    bench.engine.answers['network.import'] = ({ name, choice }) => ({ ...networkReport(name), output: { name: choice?.output ?? 'y', classes: 7 } })
    const report = await bench.ask('network.choose', { choice: { output: 'logits' } })
    expect(bench.engine.of('network.import').at(-1)?.params).toMatchObject({ file: join(path, 'models', 'net-aaaaaaaa', 'source.onnx'), choice: { output: 'logits' }, name: 'net.onnx', weightsFolder: join(path, 'models', 'net-aaaaaaaa', 'source-weights') })
    expect(report).toMatchObject({ name: 'net.onnx', output: { name: 'logits', classes: 7 } })
    expect((await bench.ask('project.current', {}))?.network?.output.name).toBe('logits')
  })

  it('says what is missing when the weights of the stored source lie in other files', async () => {
    await openReadyProject(bench)
    delete bench.engine.answers['network.import']
    const answer = bench.refused('network.choose', { choice: { output: 'logits' } })
    await until(() => bench.engine.of('network.import').length === 2, 'the second import')
    bench.engine.of('network.import').at(-1)?.fail({ code: 'MODEL_EXTERNAL_DATA', severity: 'error', where: 'net.onnx', message: 'There is no such file.', tip: 'Text.' })
    expect(await answer).toMatchObject({ code: 'MODEL_EXTERNAL_DATA', message: expect.stringContaining('no copy') as string })
  })

  it('leaves nothing behind when an import fails, and lists the problem', async () => {
    const path = await openReadyProject(bench)
    delete bench.engine.answers['network.import']
    const answer = bench.refused('network.import', { handle: handleOf(join(bench.root, 'input', 'net.onnx')) })
    await until(() => bench.engine.of('network.import').length === 2, 'the second import')
    const problem = { code: 'MODEL_NOT_ONNX' as const, severity: 'error' as const, where: 'net.onnx', message: 'Text.', tip: 'Another file.' }
    bench.engine.of('network.import').at(-1)?.fail(problem)
    expect(await answer).toEqual(problem)
    expect(readdirSync(join(path, 'models'))).toEqual(['net-aaaaaaaa'])
    expect(await bench.ask('problems.list', {})).toEqual([problem])
    await bench.ask('problems.dismiss', { index: 0 })
    expect(await bench.ask('problems.list', {})).toEqual([])
    expect(await bench.refused('problems.dismiss', { index: 5 })).toMatchObject({ code: 'REQUEST_INVALID' })
  })

  it('fits the preprocessing to the data', async () => {
    await openReadyProject(bench)
    bench.engine.answers['dataset.import'] = () => ({ ...datasetSummary('floats', 'e'.repeat(64)), elementType: 'float32', divisor: 1 })
    await bench.ask('dataset.import', { handle: handleOf(join(bench.root, 'input', 'digits.idx')) })
    expect((await bench.ask('project.current', {}))?.settings.preprocessing).toEqual({ divisor: 1, mean: [0], std: [1] })
  })

  it('cleans up what a killed program left half imported', async () => {
    const path = await openReadyProject(bench)
    await bench.ask('project.close', {})
    mkdirSync(join(path, 'models', '.unfinished-x'))
    await bench.ask('project.open', { handle: handleOf(path) })
    expect(readdirSync(join(path, 'models'))).toEqual(['net-aaaaaaaa'])
  })
})

describe('sample', () => {
  it('is imported afresh each time, with its settings', async () => {
    bench.file('resources/sample/glyphs.onnx', 'model')
    bench.file('resources/sample/glyphs.npz', 'data')
    bench.file('resources/sample/README.md', 'text')
    bench.file('resources/sample/settings.json', JSON.stringify({ simulation: { chipInstances: 3 } }))
    const first = await bench.ask('project.openSample', {})
    expect(first).toMatchObject({ name: 'Sample', network: { name: 'net.onnx' }, dataset: { name: 'digits' }, settings: { simulation: { chipInstances: 3 } } })
    expect((await bench.ask('project.openSample', {})).name).toBe('Sample 2')
    expect(bench.engine.of('dataset.import')[0]?.params).toMatchObject({ source: join(bench.root, 'resources', 'sample', 'glyphs.npz') })
  })

  it('leaves no half project when it is missing', async () => {
    expect(await bench.refused('project.openSample', {})).toMatchObject({ code: 'FILE_NOT_FOUND' })
    expect(readdirSync(bench.abilities.projectsFolder)).toEqual([])
    expect(await bench.ask('project.current', {})).toBeNull()
  })
})

describe('files', () => {
  it('lists folders first, leaves hidden files out, and goes up no further than the chosen folder', async () => {
    bench.file('chosen/b.onnx', '12345')
    bench.file('chosen/a10.txt', '')
    bench.file('chosen/a9.txt', '')
    bench.file('chosen/.hidden', '')
    bench.file('chosen/z/inside.npz', '')
    symlinkSync(join(bench.root, 'nothing'), join(bench.root, 'chosen', 'broken'))
    const listing = await bench.ask('files.browse', { folder: handleOf(join(bench.root, 'chosen')) })
    expect(listing.entries.map((entry) => entry.name)).toEqual(['z', 'a9.txt', 'a10.txt', 'b.onnx'])
    expect(listing.entries.at(-1)).toMatchObject({ kind: 'file', bytes: 5 })
    expect(listing.parent).toBeNull()
    const below = await bench.ask('files.browse', { folder: listing.entries[0]?.handle ?? '' })
    expect(below.entries.map((entry) => entry.name)).toEqual(['inside.npz'])
    expect((await bench.ask('files.browse', { folder: below.parent ?? '' })).location).toBe(listing.location)
  })

  it('offers starting places and knows no other handles', async () => {
    mkdirSync(bench.abilities.projectsFolder)
    const places = await bench.ask('files.browse', { folder: null })
    expect(places.entries.map((entry) => entry.name)).toContain('Projects')
    for (const name of ['files.browse', 'network.import'] as const) {
      const input = name === 'files.browse' ? { folder: '/etc/passwd' } : { handle: '/etc/passwd' }
      await bench.ask('project.create', { name: `For ${name}`, parent: null })
      expect(await bench.refused(name, input)).toMatchObject({ code: 'HANDLE_UNKNOWN' })
    }
    expect(await bench.refused('files.pick', { purpose: 'network' })).toMatchObject({ code: 'REQUEST_INVALID' })
  })
})

it('reports a host without dialogs and one with', async () => {
  const path = bench.file('picked.onnx', '')
  const services = await createServices({ ...bench.abilities, pick: async (purpose) => (purpose === 'network' ? path : null) })
  expect(await services.handle('files.pick', { purpose: 'network' })).toMatchObject({ ok: true, value: { name: 'picked.onnx' } })
  expect(await services.handle('files.pick', { purpose: 'project' })).toEqual({ ok: true, value: null })
  await services.close()
  expect(await services.handle('app.info', {})).toMatchObject({ ok: false, problem: { code: 'NOT_READY' } })
})

