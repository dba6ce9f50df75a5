/** Data formats as people call them. */
import type { DatasetSummary } from '@shared/dataset'

export const formatNames: Record<DatasetSummary['format'], string> = {
  idx: 'IDX (MNIST)', cifar10: 'CIFAR-10 binary', cifar100: 'CIFAR-100 binary', 'image-folder': 'Folder of images', npy: 'NPY', npz: 'NPZ'
}
