/** Importing a network from this screen, with its problem shown here. Dropped files are the window's affair. */
import { useFilePicker } from '../../../composables/file-picker'
import { useRequest } from '../../../composables/request'
import { useUiStore } from '../../../stores/ui'

export function useNetworkImport() {
  const picker = useFilePicker()
  const ui = useUiStore()
  const request = useRequest('network.import')
  async function choose(): Promise<void> {
    const picked = await picker.pick('network')
    const report = picked === null ? null : await request.send({ handle: picked.handle })
    if (report !== null) ui.toast(`Imported ${report.name}: ${report.nodes.length} nodes, ${report.analogLayers} analog layers`, { tone: 'good' })
  }
  return { busy: request.busy, problem: request.problem, choose }
}
