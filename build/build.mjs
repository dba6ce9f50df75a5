/** `npm run build`: bundles the program into out/. */
import { ensureBuilt } from './make.mjs'

await ensureBuilt({ quiet: false, force: true })
