/** Services over temporary folders and a fake engine, for tests. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RequestInput, RequestName, RequestOutput } from '@shared/api'
import type { Problem } from '@shared/problems'
import type { HostAbilities, Services } from '../contract'
import { createServices, type ServicesOptions } from '../services'
import { answerImports, createFakeEngine, type FakeEngine } from './fake-engine'

export interface Workbench {
  root: string
  engine: FakeEngine
  services: Services
  abilities: HostAbilities
  /** The value of a request; fails the test when a problem comes instead. */
  ask<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>>
  /** The problem of a request; fails the test when a value comes instead. */
  refused(name: string, input: unknown): Promise<Problem>
  /** A file under the root, and its path. */
  file(name: string, content: string): string
  /** New services over the same folders, as after a restart. */
  restart(): Promise<Services>
  dispose(): Promise<void>
}

export async function createWorkbench(options: ServicesOptions = {}, extra: Partial<HostAbilities> = {}): Promise<Workbench> {
  const root = mkdtempSync(join(tmpdir(), 'services-test-'))
  const engine = createFakeEngine()
  answerImports(engine)
  const abilities: HostAbilities = {
    kind: 'cli', launchEngine: engine.launch, workers: 1, userDataFolder: join(root, 'user'), projectsFolder: join(root, 'projects'),
    resourcesFolder: join(root, 'resources'), ...extra
  }
  const bench: Workbench = {
    root, engine, abilities,
    services: await createServices(abilities, options),
    ask: async (name, input) => {
      const answer = await bench.services.handle(name, input)
      if (!answer.ok) throw new Error(`${name}: ${answer.problem.code} ${answer.problem.where}: ${answer.problem.message}`)
      // Checked by the services against the schema of this name.
      return answer.value as never
    },
    refused: async (name, input) => {
      const answer = await bench.services.handle(name, input)
      if (answer.ok) throw new Error(`${name} was expected to be refused.`)
      return answer.problem
    },
    file: (name, content) => {
      const path = join(root, name)
      mkdirSync(join(path, '..'), { recursive: true })
      writeFileSync(path, content)
      return path
    },
    restart: async () => {
      bench.services = await createServices(abilities, options)
      return bench.services
    },
    dispose: async () => {
      await bench.services.close()
      rmSync(root, { recursive: true, force: true })
    }
  }
  return bench
}

/** Waits until `condition` holds; fails after `milliseconds`, which is far beyond what a temporary folder needs. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, milliseconds = 5_000): Promise<void> {
  const end = Date.now() + milliseconds
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Waited in vain for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** An open project with a network and data. */
export async function openReadyProject(bench: Workbench, folder = 'work'): Promise<string> {
  const path = join(bench.root, folder)
  const answer = await bench.services.openOrCreateProject(path, 'Work')
  if (!answer.ok) throw new Error(answer.problem.message)
  const model = bench.file('input/net.onnx', 'model')
  const data = bench.file('input/digits.idx', 'data')
  await bench.ask('network.import', { handle: bench.services.registerPath(model) })
  await bench.ask('dataset.import', { handle: bench.services.registerPath(data) })
  return path
}
