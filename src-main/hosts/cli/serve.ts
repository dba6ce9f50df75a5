/** acim serve */
import { serveUntilStopped } from '../web/serve'
import { parseComputation } from '../parse-computation'
import { parseInteger } from './arguments'

export interface ServeOptions {
  port?: string
  project?: string
  workers?: string
  memory?: string
  provider?: string
  open?: boolean
}

export async function serve(options: ServeOptions): Promise<void> {
  await serveUntilStopped({
    openBrowser: options.open === true,
    fixedComputation: parseComputation(options),
    ...(options.port === undefined ? {} : { port: parseInteger('--port', options.port, 0, 65535) }),
    ...(options.workers === undefined ? {} : { workers: parseInteger('--workers', options.workers, 1, 256) }),
    ...(options.project === undefined ? {} : { project: options.project })
  })
}
