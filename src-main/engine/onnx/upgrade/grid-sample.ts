/** Operator set 20: the modes of GridSample were renamed, and images may have any number of dimensions. */
import { stringAttribute } from '../graph'
import { changed, type UpgradeRule } from './rule'

const renamed: ReadonlyMap<string, string> = new Map([['bilinear', 'linear'], ['bicubic', 'cubic']])

export const gridSample: UpgradeRule = {
  operators: ['GridSample'],
  version: 20,
  upgrade(node, context) {
    const mode = stringAttribute(node, 'mode', 'bilinear')
    context.builder.append(changed(node, { set: { mode: { kind: 'string', value: renamed.get(mode) ?? mode } } }))
  }
}
