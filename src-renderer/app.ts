/** Puts the interface together over a bridge: the same for every host, and for tests over a bridge in memory. */
import { createApp, type App } from 'vue'
import { createPinia } from 'pinia'
import type { Bridge } from '@shared/api'
import type { Connection } from './bridge'
import '@fontsource-variable/inter'
import './styles/tokens.css'
import './styles/base.css'
import StudioApp from './StudioApp.vue'
import { createCommandRegistry } from './commands/registry'
import { commandsKey } from './commands/use-commands'
import { createStudioRouter } from './router'
import { bridgeKey, connectionKey } from './stores/bridge'

export function createStudio(bridge: Bridge & { connection?: Connection }): App {
  const app = createApp(StudioApp)
  app.provide(bridgeKey, bridge)
  app.provide(connectionKey, bridge.connection ?? null)
  app.provide(commandsKey, createCommandRegistry())
  app.use(createPinia())
  app.use(createStudioRouter())
  return app
}
