/**
 * What jobs compute with: threads, limit of memory, execution provider. The person's choice is kept in the user's data folder, for
 * this machine; what the command line says wins. A provider is tried before the first run that wants it, in the engine
 * process: if that ends, the CPU computes.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { problem, ProblemError } from '@shared/problems'
import { defaultPreference, providerNames, type ComputationPreference, type ComputationState, type Provider, type RefusedProvider } from '@shared/providers'
import type { RunParams } from '../engine/tasks'
import type { HostAbilities } from './contract'
import type { EngineClient } from './engine-client'
import { formats } from './formats'
import type { ProblemList } from './problems'
import { createSerial } from './serial'
import { readStored, writeStored } from './storage'

/** The part of a run's parameters that concerns the machine. */
export type MachineParams = Pick<RunParams, 'workers' | 'memoryMegabytes' | 'provider' | 'refused'>

export interface Computation {
  state(): Promise<ComputationState>
  /** Stores the choice, and tries its provider. */
  choose(preference: ComputationPreference): Promise<ComputationState>
  /** For a run that starts now. The first call for a provider tries it, and adds a warning when the CPU must do. */
  forRun(): Promise<MachineParams>
}

type Abilities = Pick<HostAbilities, 'workers' | 'memoryMegabytes' | 'fixedComputation' | 'userDataFolder'>

export function createComputation({ abilities, engine, problems }: { abilities: Abilities; engine: EngineClient; problems: ProblemList }): Computation {
  const { workers, memoryMegabytes, userDataFolder, fixedComputation = {} } = abilities
  const name = 'computation.json'
  const file = join(userDataFolder, name)
  const serial = createSerial()
  /** Why a provider cannot be used, or null, of those that were tried since the program started. */
  const tried = new Map<Provider, string | null>()
  let stored: ComputationPreference | null = null
  let offered: Provider[] | null = null

  const readPreference = async (): Promise<ComputationPreference> => {
    try {
      return (await readStored(formats.computation, file, name)).preference
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown
      // The file stays as it is until another choice is made.
      const tip = 'The CPU and the automatic limit of memory are used; choose again under Computation.'
      if (thrown.problem.code !== 'FILE_NOT_FOUND') problems.add({ ...thrown.problem, severity: 'warning', tip })
      return defaultPreference
    }
  }
  const preference = async (): Promise<ComputationPreference> => (stored ??= await readPreference())
  const inForce = async (): Promise<ComputationPreference> => ({ ...(await preference()), ...fixedComputation })
  const providersHere = async (): Promise<Provider[]> => (offered ??= await engine.run('provider.list', {}).promise)

  const reasonAgainst = async (provider: Provider): Promise<string | null> => {
    const here = await providersHere()
    if (!here.includes(provider)) return `ONNX Runtime does not have it on this machine; it lists ${here.map((each) => providerNames[each]).join(', ')}.`
    try {
      return (await engine.run('provider.probe', { provider }).promise).reason
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown
      return thrown.problem.code === 'ENGINE_STOPPED' ? 'Trying it ended the engine process.' : thrown.problem.message
    }
  }
  /** The provider in force, if it cannot be used. */
  const refusal = async (): Promise<RefusedProvider | null> => {
    const { provider } = await inForce()
    if (provider === 'cpu') return null
    let reason = tried.get(provider)
    if (reason === undefined) {
      reason = await reasonAgainst(provider)
      tried.set(provider, reason)
      if (reason !== null) problems.add(problem('PROVIDER_UNAVAILABLE', providerNames[provider], reason, { severity: 'warning' }))
    }
    return reason === null ? null : { provider, reason }
  }
  const state = async (): Promise<ComputationState> => {
    const { provider } = await inForce()
    const reason = tried.get(provider) ?? null
    return {
      preference: await preference(), fixed: fixedComputation, offered: await providersHere(),
      refused: reason === null ? null : { provider, reason }, automaticMemoryMegabytes: memoryMegabytes ?? null
    }
  }

  return {
    state: () => serial(state),
    choose: (choice) =>
      serial(async () => {
        await mkdir(userDataFolder, { recursive: true })
        await writeStored(file, { schemaVersion: 1, preference: choice }, name)
        stored = choice
        // A choice is a new trial: a driver may have been installed since.
        tried.delete((await inForce()).provider)
        await refusal()
        return state()
      }),
    forRun: () =>
      serial(async () => {
        const refused = await refusal()
        const { provider, memoryMegabytes: limit } = await inForce()
        const megabytes = limit ?? memoryMegabytes
        return {
          workers, ...(megabytes === undefined ? {} : { memoryMegabytes: megabytes }),
          provider: refused === null ? provider : 'cpu', ...(refused === null ? {} : { refused })
        }
      })
  }
}
