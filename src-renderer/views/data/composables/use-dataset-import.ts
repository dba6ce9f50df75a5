/** Importing a data set from this screen, with its problem shown here. Dropped files are the window's affair. */
import { groupedInteger } from '@shared/charts'
import { useFilePicker, type PickedFile } from '../../../composables/file-picker'
import { useRequest } from '../../../composables/request'
import { useUiStore } from '../../../stores/ui'

export function useDatasetImport() {
  const picker = useFilePicker()
  const ui = useUiStore()
  const request = useRequest('dataset.import')

  async function importPicked(picked: PickedFile | null): Promise<void> {
    if (picked === null) return
    const summary = await request.send({ handle: picked.handle })
    if (summary !== null) ui.toast(`Imported ${summary.name}: ${groupedInteger(summary.count)} images, ${summary.classNames.length} classes`, { tone: 'good' })
  }
  const chooseFile = async (): Promise<void> => importPicked(await picker.pick('data-file'))
  const chooseFolder = async (): Promise<void> => importPicked(await picker.pick('data-folder'))
  return { busy: request.busy, problem: request.problem, chooseFile, chooseFolder }
}
