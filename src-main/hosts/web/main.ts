/** Entry of the web host: `node out/main/web.js [--port N] [--project DIR] [--workers N] [--memory MB] [--provider NAME] [--open]`. */
import { parseArgs } from 'node:util'
import { fail, ProblemError } from '@shared/problems'
import { parseComputation } from '../parse-computation'
import { serveUntilStopped, type ServeOptions } from './serve'

/** Options from the command line. Raises ARGUMENT_INVALID. */
function optionsFrom(args: string[]): ServeOptions {
  const text = { type: 'string' } as const
  let values
  try {
    values = parseArgs({
      args,
      options: { port: text, project: text, workers: text, memory: text, provider: text, open: { type: 'boolean' }, 'user-data': text, 'projects-folder': text, 'maximum-upload-mib': text }
    }).values
  } catch (error) {
    fail('ARGUMENT_INVALID', 'command line', (error as Error).message)
  }
  const integer = (name: string, value: string | undefined, from: number, to: number): number | undefined => {
    if (value === undefined) return undefined
    if (/^\d+$/.test(value) && Number(value) >= from && Number(value) <= to) return Number(value)
    fail('ARGUMENT_INVALID', `--${name}`, `Found "${value}", expected a whole number from ${from} to ${to}.`)
  }
  const port = integer('port', values.port, 0, 65535)
  const workers = integer('workers', values.workers, 1, 256)
  const uploadMebibytes = integer('maximum-upload-mib', values['maximum-upload-mib'], 1, 2 ** 20)
  return {
    openBrowser: values.open ?? false,
    ...(port === undefined ? {} : { port }),
    ...(workers === undefined ? {} : { workers }),
    ...(uploadMebibytes === undefined ? {} : { maximumUploadBytes: uploadMebibytes * 2 ** 20 }),
    fixedComputation: parseComputation(values),
    ...(values.project === undefined ? {} : { project: values.project }),
    ...(values['user-data'] === undefined ? {} : { userDataFolder: values['user-data'] }),
    ...(values['projects-folder'] === undefined ? {} : { projectsFolder: values['projects-folder'] })
  }
}

try {
  await serveUntilStopped(optionsFrom(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof ProblemError)) throw error
  const { where, message, tip } = error.problem
  process.stderr.write(`${where}: ${message} ${tip}\n`)
  process.exitCode = 2
}
