/** acim report RUN… */
import { createRequire } from 'node:module'
import { basename, dirname, resolve } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { readReportedRun } from '../../services/reported-run'
import { reportHtml, reportMarkdown, runFoldersOf, type ReportedRun } from '../../services/report'
import { failForFile } from '../../services/storage'
import { applicationRoot } from '../environment'
import { parseChoice } from './arguments'
import { printable } from './text-table'
import { writeOut } from './output'

const applicationVersion = (): string => {
  const manifest: unknown = createRequire(import.meta.url)(`${applicationRoot()}/package.json`)
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown'
}

/** Writes a report over runs; the text is complete before the file is replaced. */
export async function writeReport(runs: readonly ReportedRun[], title: string, format: 'html' | 'md', file: string): Promise<number> {
  const input = { title, createdAt: new Date().toISOString(), appVersion: applicationVersion(), runs }
  const text = await (format === 'html' ? reportHtml(input) : reportMarkdown(input))
  await writeFileAtomic(resolve(file), text).catch((thrown: unknown) => failForFile(thrown, file))
  return Buffer.byteLength(text)
}

export interface ReportOptions {
  format?: string
  out: string
  title?: string
}

export async function report(paths: readonly string[], options: ReportOptions): Promise<void> {
  const implied = /\.(md|markdown)$/i.test(options.out) ? 'md' : 'html'
  const format = options.format === undefined ? implied : parseChoice('--format', options.format, ['html', 'md'] as const)
  const folders = [...new Set((await Promise.all(paths.map(runFoldersOf))).flat())]
  const runs: ReportedRun[] = []
  for (const folder of folders) runs.push(await readReportedRun(folder))
  const project = basename(dirname(dirname(resolve(folders[0] ?? '.'))))
  const title = options.title ?? `Accuracy of ${runs[0]?.run.provenance.network.name ?? project} on analog hardware`
  const bytes = await writeReport(runs, title, format, options.out)
  await writeOut(printable(`${options.out}: ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, ${bytes} bytes`))
}
