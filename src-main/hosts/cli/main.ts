/** Entry of the command line: `acim`, and `npm run acim -- …` from a clone. */
import { toProblem } from '@shared/problems'
import { version } from '../../../package.json'
import { exitCodeOf, ignoreClosedPipes, reportProblem } from './output'
import { createProgram, runProgram } from './program'

ignoreClosedPipes()
try {
  await runProgram(
    createProgram(version, (code) => {
      process.exitCode = code
    }),
    process.argv.slice(2)
  )
} catch (thrown) {
  const problem = toProblem(thrown, 'acim')
  reportProblem(problem)
  process.exitCode = exitCodeOf(problem)
}
