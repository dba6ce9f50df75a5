/** Execution providers as this program names them and as ONNX Runtime does. */
import { providers, type Provider } from '@shared/providers'

/** Names for ONNX Runtime's session options. */
export const runtimeNames: Readonly<Record<Provider, string>> = { cpu: 'cpu', cuda: 'cuda', directml: 'dml', coreml: 'coreml', webgpu: 'webgpu' }

/**
 * Which of `listed` (ONNX Runtime's list of its backends) this program can offer, the CPU first. Being listed says that the
 * runtime knows how to load a provider, not that there is a device: `probeProvider` tells. One that is not listed must
 * not be asked for, since ONNX Runtime would leave it out without an error.
 */
export const offeredProviders = (listed: readonly { name: string }[]): Provider[] =>
  providers.filter((provider) => provider === 'cpu' || listed.some(({ name }) => name === runtimeNames[provider]))
