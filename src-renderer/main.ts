/** Entry of the renderer: theme first, so that nothing flashes, then the bridge of this host, then the interface. */
import { applyTheme, readStored } from './composables/theme'
import { createBridge } from './bridge'
import { createStudio } from './app'

applyTheme(readStored('theme', ['system', 'light', 'dark'], 'system'))
createStudio(createBridge()).mount('#app')
