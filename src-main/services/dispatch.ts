/** From a request's name and unchecked input to a checked answer: the one door into the services. */
import { requests, type Answer, type HandlerInput, type RequestName, type RequestOutput } from '@shared/api'
import { parseOrFail, problem, toProblem } from '@shared/problems'

/** One function per request; it may throw problems. */
export type Handlers = {
  [N in RequestName]: (input: HandlerInput<N>) => RequestOutput<N> | Promise<RequestOutput<N>>
}

const isRequestName = (name: string): name is RequestName => Object.hasOwn(requests, name)

async function answer<N extends RequestName>(handlers: Handlers, name: N, input: unknown): Promise<Answer<unknown>> {
  try {
    const { input: inputSchema, output: outputSchema } = requests[name]
    // The schema that is looked up by the name has the handler's input as its output; the union of all hides that.
    const checked = parseOrFail(inputSchema, input, 'REQUEST_INVALID', name) as HandlerInput<N>
    const value = await handlers[name](checked)
    return { ok: true, value: parseOrFail(outputSchema, value, 'INTERNAL', name) }
  } catch (thrown) {
    return { ok: false, problem: toProblem(thrown, name) }
  }
}

/** Never throws. An unknown name or input against the schema is REQUEST_INVALID, a malformed output INTERNAL. */
export function createDispatch(handlers: Handlers): (name: string, input: unknown) => Promise<Answer<unknown>> {
  return async (name, input) =>
    isRequestName(name)
      ? answer(handlers, name, input)
      : { ok: false, problem: problem('REQUEST_INVALID', name, 'There is no request of this name.', { tip: 'Use a name from the interface description.' }) }
}
