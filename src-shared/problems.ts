/**
 * What a person is told when something is wrong. A problem is a value: it crosses every boundary (engine process, IPC,
 * WebSocket, command line) unchanged and is shown in the problems list. Inside one process a problem that ends an
 * operation travels as a {@link ProblemError}; see docs/decisions/0005.
 */
import { z } from 'zod'
import { issueMessage, issuePath } from './schema-issues'

/** Every kind of problem, with a title for lists and what to do by default. A missing entry is a type error. */
const catalogue = {
  FILE_NOT_FOUND: ['File not found', 'Check the path, or choose the file again.'],
  FILE_UNREADABLE: ['File cannot be read', 'Check the permissions and that the file is not open elsewhere.'],
  FILE_TOO_LARGE: ['File too large', 'Use a smaller file.'],
  MODEL_NOT_ONNX: ['Not an ONNX model', 'Export the network as ONNX (a .onnx file) and import that.'],
  MODEL_TRUNCATED: ['Model file is cut short', 'Copy or download the file again: its end is missing.'],
  MODEL_INVALID: ['Model is not valid', 'Check the model with the exporter or onnx.checker and export it again.'],
  MODEL_OPSET_UNSUPPORTED: ['Operator set not supported', 'Export the network again with an opset between 7 and 26.'],
  MODEL_OPERATOR_UNSUPPORTED: ['Operator not supported', 'Replace the operator, or export the network without it.'],
  MODEL_INPUT_UNSUPPORTED: ['Model input not supported', 'Export a network with one floating-point image input.'],
  MODEL_OUTPUT_UNSUPPORTED: ['Model output not supported', 'Export a network whose first output is one score per class; any other can be simulated, where its fidelity to the digital network is measured.'],
  MODEL_EXTERNAL_DATA: ['External weight data cannot be used', 'Keep the data files beside the model, or export one file.'],
  MODEL_RUNTIME_REJECTED: ['ONNX Runtime cannot run the model', 'Run the model in plain ONNX Runtime to see the cause.'],
  MODEL_NO_ANALOG_LAYER: ['No layer can be mapped to analog arrays', 'Use a network with convolutions or matrix products.'],
  DATA_FORMAT_UNKNOWN: ['Data format not recognised', 'Use IDX, CIFAR binary, NPY, NPZ, or a folder with one folder of images per class.'],
  DATA_CORRUPT: ['Data file is damaged', 'Copy or download the data again.'],
  DATA_LABELS_MISSING: ['Labels not found', 'Put the label file beside the images.'],
  DATA_MISMATCH: ['Data does not fit the network', 'Choose data with the image size and classes that the network was trained on.'],
  DATA_TOO_FEW_IMAGES: ['Not enough images', 'Ask for fewer images, or add data.'],
  HARDWARE_INVALID: ['Hardware description is not valid', 'Correct the named field.'],
  DEVICE_INVALID: ['Device is not valid', 'Correct the named field. A device exported by this program shows the form.'],
  DEVICE_NOT_FOUND: ['Device not found', 'Choose a device from the list.'],
  DEVICE_SILENT: ['Beyond what is known of the device', 'Evaluate at a time that was measured, or choose another device.'],
  SIMULATION_INVALID: ['Simulation settings are not valid', 'Correct the named field.'],
  FINETUNE_INVALID: ['Fine-tuning settings are not valid', 'Correct the named field.'],
  CURVATURE_INVALID: ['Curvature settings are not valid', 'Correct the named field.'],
  STUDY_INVALID: ['Study settings are not valid', 'Correct the named field.'],
  GRADIENT_UNSUPPORTED: ['No gradient for this operator', 'Simulate the network; fine-tuning needs a gradient for each operator behind the first trained layer.'],
  MEMORY_INSUFFICIENT: ['Not enough memory', 'Raise the limit, or take a smaller network.'],
  PROVIDER_UNAVAILABLE: ['Execution provider cannot be used', 'The CPU computes instead. Install the driver and libraries that the provider needs, or choose the CPU.'],
  TRAINING_DIVERGED: ['Training diverged', 'Lower the learning rate or the training noise, or clip the gradient norm.'],
  PROJECT_NOT_FOUND: ['Project not found', 'Choose the project folder again, or make a new project.'],
  PROJECT_INVALID: ['Project file is not valid', 'The file was left as it is. Restore project.json from a backup or correct the named field.'],
  PROJECT_TOO_NEW: ['Project is from a newer version', 'Open it with the newer version of this program.'],
  PROJECT_EXISTS: ['Folder is already in use', 'Choose an empty folder or another name.'],
  PROJECT_IN_USE: ['Project is open elsewhere', 'Close the project in the other window or program first.'],
  RUN_NOT_FOUND: ['Run not found', 'Choose a run from the list, or a folder with a run.json.'],
  RUN_INVALID: ['Run file is not valid', 'The file was left as it is. Run again, or restore the run folder from a backup.'],
  RUN_NOT_FINISHED: ['Run is not finished', 'Wait for the run to end, or resume it.'],
  JOB_NOT_FOUND: ['Job not found', 'The job has ended.'],
  JOB_CANCELLED: ['Cancelled', 'Partial results were kept; resume the run to continue.'],
  ENGINE_STOPPED: ['The engine process ended unexpectedly', 'Results up to the last checkpoint were kept; resume the run to continue.'],
  ARGUMENT_INVALID: ['Argument is not valid', 'See the help of the command.'],
  REQUEST_INVALID: ['Request is not valid', 'Correct the named field.'],
  CONNECTION_LOST: ['Connection lost', 'Wait until the connection is back, then try again. Jobs go on meanwhile.'],
  HANDLE_UNKNOWN: ['File choice has expired', 'Choose the file again.'],
  NOT_READY: ['Something is still missing', 'Supply what is named first.'],
  INTERNAL: ['Fault in this program', 'Please report it with the message; your data was not changed.']
} as const satisfies Record<string, readonly [title: string, tip: string]>

export type ProblemCode = keyof typeof catalogue
export const problemCodes = Object.keys(catalogue) as [ProblemCode, ...ProblemCode[]]

export const problemSchema = z.object({
  code: z.enum(problemCodes),
  severity: z.enum(['error', 'warning', 'info']),
  /** What it concerns: a file, or a field as a dotted path such as `hardware.array.rows`. */
  where: z.string(),
  /** What was found and what was expected. */
  message: z.string(),
  /** What to do next. */
  tip: z.string()
})
export type Problem = z.infer<typeof problemSchema>

export const problemTitle = (code: ProblemCode): string => catalogue[code][0]

/** A problem value; the catalogue's tip unless a better one is at hand. */
export function problem(
  code: ProblemCode,
  where: string,
  message: string,
  options: { tip?: string; severity?: Problem['severity'] } = {}
): Problem {
  return { code, severity: options.severity ?? 'error', where, message, tip: options.tip ?? catalogue[code][1] }
}

/** Carries a problem up to the nearest boundary, which turns it back into a value. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.where}: ${problem.message}`)
    this.name = 'ProblemError'
  }
}

/** Ends the current operation with a problem. */
export function fail(code: ProblemCode, where: string, message: string, tip?: string): never {
  throw new ProblemError(problem(code, where, message, tip === undefined ? {} : { tip }))
}

/** The problem that an unknown thrown value stands for; anything that is not a problem is a fault of ours. */
export function toProblem(thrown: unknown, where: string): Problem {
  if (thrown instanceof ProblemError) return thrown.problem
  return problem('INTERNAL', where, thrown instanceof Error ? thrown.message : String(thrown))
}

/** Parses `value`; the first issue of a failure becomes a problem that names the field. */
export function parseOrFail<S extends z.ZodType>(schema: S, value: unknown, code: ProblemCode, where: string): z.output<S> {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = issue === undefined ? '' : issuePath(issue)
  fail(code, path === '' ? where : `${where}.${path}`, issue === undefined ? 'The value has the wrong form.' : issueMessage(issue))
}
