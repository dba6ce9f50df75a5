/** Puts the rooms of the services together: the one object that a host holds. */
import { copyFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Answer } from '@shared/api'
import { fail, problem, ProblemError, toProblem } from '@shared/problems'
import { sourceWeightsFolder } from '../engine/onnx/external-data'
import { systemClock, type Clock } from './clock'
import { createComputation } from './computation'
import type { HostAbilities, Services } from './contract'
import { costInventoryOf } from './cost'
import { createDispatch, type Handlers } from './dispatch'
import { createDevices } from './devices'
import { createEngineClient, type EngineClientOptions } from './engine-client'
import { createEventHub } from './event-hub'
import { createExports, createTemporaryFolder, fineTuned } from './exports'
import { createFileHandles, displayName } from './files'
import { createJobQueue } from './jobs'
import type { ImportHow } from './library'
import { safeName } from './names'
import { createProblemList } from './problems'
import { sourceFileName } from './project-folder'
import { appInfo } from './provenance'
import { createRecents } from './recents'
import { createRunJobs } from './run-jobs'
import { createRuns } from './runs'
import { fillWithSample } from './sample'
import { createSession } from './session'
import { failForFile } from './storage'
import { checkFit, needInputs } from './validate'

/** A program that is closed ends within this time and the engine's own, whatever its jobs do. */
const closeWaitMs = 5_000

export interface ServicesOptions {
  clock?: Clock
  engine?: EngineClientOptions
}

/** Everything behind the interface of `@shared/api`. `options` is for tests. */
export async function createServices(abilities: HostAbilities, options: ServicesOptions = {}): Promise<Services> {
  const clock = options.clock ?? systemClock
  const hub = createEventHub()
  const problems = createProblemList(hub)
  hub.onFault((thrown, event) => {
    // The list of problems cannot tell of its own event's failure.
    if (event !== 'problems.changed') problems.add(toProblem(thrown, `event ${event}`))
  })
  const engine = createEngineClient(abilities.launchEngine, options.engine)
  const jobs = createJobQueue({ hub, problems, clock })
  const files = createFileHandles(abilities.projectsFolder, problems)
  const recents = createRecents(abilities.userDataFolder, problems, clock)
  const temporary = createTemporaryFolder()
  const exports = createExports(temporary, abilities, clock)
  const computation = createComputation({ abilities, engine, problems })
  const session = createSession({ engine, jobs, problems, clock, hub, recents })
  const runJobs = createRunJobs({ engine, jobs, problems, clock, hub, projectChanged: session.changed })
  const { findResumable, ...runs } = createRuns({ session, runJobs, jobs, engine, problems, clock, computation })

  const importNetwork = async (file: string, title: string, how: ImportHow = {}): Promise<Awaited<ReturnType<Handlers['network.import']>>> => {
    const project = session.need()
    const imported = await project.library.importNetwork(file, title, how)
    await project.useNetwork(imported)
    session.changed()
    return imported.report
  }

  const handlers: Handlers = {
    ...runs,
    ...createDevices({ session, files, engine, hub }),
    'app.info': () => appInfo(abilities),
    'computation.state': () => computation.state(),
    'computation.choose': (preference) => computation.choose(preference),

    'files.browse': ({ folder }) => files.browse(folder),
    'files.pick': async ({ purpose }) => {
      if (abilities.pick === undefined) fail('REQUEST_INVALID', 'files.pick', 'This host has no file dialogs.', 'Use files.browse.')
      const path = await abilities.pick(purpose)
      return path === null ? null : { handle: files.register(path), name: displayName(path) }
    },

    'project.recents': () => recents.list(),
    'project.current': () => session.current()?.state() ?? null,
    'project.create': ({ name, parent }) =>
      session.create(join(parent === null ? abilities.projectsFolder : files.resolve(parent), safeName(name, 'Project')), name),
    'project.open': async (input) => {
      if ('handle' in input) return session.open(files.resolve(input.handle))
      const location = await recents.locationOf(input.recent)
      return session.open(location ?? fail('PROJECT_NOT_FOUND', 'recent', 'The project is not in the list of recent projects.'))
    },
    'project.openSample': () => session.createFilled(abilities.projectsFolder, 'Sample', (project) => fillWithSample(project, abilities.resourcesFolder)),
    'project.close': async () => {
      await session.close()
      return {}
    },
    'project.saveSettings': async ({ settings }) => {
      await session.need().saveSettings(settings)
      session.changed()
      return {}
    },

    'network.import': ({ handle, choice }) => {
      const file = files.resolve(handle)
      return importNetwork(file, `Import ${displayName(file)}`, choice === undefined ? {} : { choice })
    },
    'network.choose': ({ choice }) => {
      const { folder, report } = needNetwork()
      const place = session.need().library.networkPath(folder)
      return importNetwork(join(place, sourceFileName), `Import ${report.name}`, { choice, name: report.name, weightsFolder: join(place, sourceWeightsFolder) }).catch((thrown: unknown) => {
        // Projects of earlier versions have no copy of the files beside the model.
        if (!(thrown instanceof ProblemError) || thrown.problem.code !== 'MODEL_EXTERNAL_DATA') throw thrown
        return fail('MODEL_EXTERNAL_DATA', report.name, 'Its weights lie in files beside the model, which the project has no copy of.', 'Import the file again.')
      })
    },
    'network.layerWeights': ({ node }) => {
      const project = session.need()
      return engine.run('network.layerWeights', { networkFolder: project.library.networkPath(needNetwork().folder), node }).promise
    },
    'network.tiles': () => {
      const project = session.need()
      const networkFolder = project.library.networkPath(needNetwork().folder)
      return engine.run('network.tiles', { networkFolder, hardware: project.settings().hardware }).promise
    },
    'hardware.cost': ({ runId }) => costInventoryOf(session.need(), engine, runId),
    'network.useFineTuned': async ({ runId }) => {
      const { network, hardware, record } = await fineTuned(session.need(), runId)
      // The name of the file becomes the name of the network: “finetuned” would tell nobody where it came from.
      const named = join(await temporary.make(), `${safeName(record.provenance.network.name.replace(/\.onnx$/i, ''), 'network')}-${record.id}.onnx`)
      await copyFile(network, named).catch((thrown: unknown) => failForFile(thrown, `runs/${runId}`))
      const report = await importNetwork(named, `Import the network of ${record.name}`)
      if (record.result.learnt !== null) {
        const project = session.need()
        await project.saveSettings({ ...project.settings(), hardware })
        session.changed()
      }
      return report
    },
    'network.useOriginal': async ({ runId }) => {
      const project = session.need()
      const { folder } = (await project.runs.read(runId)).provenance.network
      const report = await project.library.network(folder)
      await project.useNetwork({ folder, report })
      session.changed()
      return report
    },

    'dataset.import': async ({ handle }) => {
      const project = session.need()
      const source = files.resolve(handle)
      const imported = await project.library.importDataset(source, `Import ${displayName(source)}`)
      await project.useDataset(imported)
      session.changed()
      return imported.report
    },
    'dataset.thumbnails': ({ indices }) => {
      const { folder, report } = needDataset()
      const beyond = indices.find((index) => index >= report.count)
      if (beyond !== undefined) fail('REQUEST_INVALID', 'indices', `Image ${beyond} does not exist; the data set has ${report.count}.`)
      return engine.run('dataset.thumbnails', { datasetFolder: session.need().library.datasetPath(folder), indices }).promise
    },
    'dataset.checkNormalizations': ({ images }) => {
      const project = session.need()
      const { network, dataset } = needInputs(project)
      checkFit(network.report, dataset.report, project.settings().preprocessing)
      const params = { networkFolder: project.library.networkPath(network.folder), datasetFolder: project.library.datasetPath(dataset.folder), images }
      return jobs.add({
        runId: null, title: 'Check normalisations', heavy: false,
        start: (onProgress) => engine.run('dataset.checkNormalizations', params, onProgress)
      }).result
    },

    'jobs.list': () => jobs.list(),
    'jobs.pause': async ({ jobId }) => {
      await jobs.pause(jobId)
      return {}
    },
    'jobs.resume': async ({ jobId }) => {
      await jobs.resume(jobId)
      return {}
    },
    'jobs.cancel': async ({ jobId }) => {
      await jobs.cancel(jobId)
      return {}
    },

    'problems.list': () => problems.list(),
    'problems.dismiss': ({ index }) => {
      problems.dismiss(index)
      return {}
    },

    'report.preview': ({ runIds }) => exports.preview(session.need(), runIds),
    'export.prepare': (input) => exports.prepare(session.need(), input),
    'export.save': ({ downloadId }) => exports.save(downloadId)
  }

  const needNetwork = () => session.need().network() ?? fail('NOT_READY', 'network', 'The project has no network yet.', 'Import a network first.')
  const needDataset = () => session.need().dataset() ?? fail('NOT_READY', 'dataset', 'The project has no data set yet.', 'Import a data set first.')

  const dispatch = createDispatch(handlers)
  let closing: Promise<void> | null = null

  const attempt = async <T>(where: string, operation: () => Promise<T>): Promise<Answer<T>> => {
    try {
      return { ok: true, value: await operation() }
    } catch (thrown) {
      return { ok: false, problem: toProblem(thrown, where) }
    }
  }
  const close = async (): Promise<void> => {
    await jobs.interruptAll(closeWaitMs)
    await engine.shutdown()
    await session.close(closeWaitMs)
    await temporary.remove()
  }

  return {
    handle: async (name, input) =>
      closing === null ? dispatch(name, input) : { ok: false, problem: problem('NOT_READY', name, 'The program is closing.', { tip: 'Start it again.' }) },
    subscribe: (listener) => hub.subscribe(listener),
    registerPath: (path) => files.register(path),
    openOrCreateProject: (folder, name) => attempt('project', () => session.openOrCreate(folder, name)),
    inspect: (path, choice) => attempt(path, () => engine.run('network.inspect', { file: resolve(path), ...(choice === undefined ? {} : { choice }) }).promise),
    findResumable,
    preparedFile: (downloadId) => exports.file(downloadId),
    uploadFolder: () => temporary.make(),
    close: () => (closing ??= close())
  }
}
