#!/usr/bin/env node
/** The command line from a clone: builds if needed, then runs the built program in this process. */
import { ensureBuilt, runBuilt } from './make.mjs'

await ensureBuilt()
await runBuilt('cli', process.argv.slice(2))
