/** Meaning, range, default and formula of each fine-tuning setting, for the help beside it. */
import type { FieldHelp } from '../../components/base/FieldRow.vue'

export const finetuneHelp = {
  samples: {
    meaning: 'Draws of device noise per step. Their gradients are averaged, so the step minimises the loss as the hardware will see it; its second-order part is the curvature weighted with the device variance.',
    range: '1 to 64', default: '1', formula: 'g = 1/K · Σ ∇L(w + δₖ)'
  },
  antithetic: { meaning: 'Draws come in pairs δ and −δ. The part of the gradient noise that is linear in δ cancels.', default: 'off' },
  epochs: { meaning: 'Passes over the training images. Parts of an epoch are allowed.', range: 'above 0, to 10 000', default: '10' },
  batch: { meaning: 'Images per step.', range: '1 to 4096', default: '200' },
  learningRate: { meaning: 'Step size at the start.', range: 'above 0, to 10', default: '0.01', formula: 'w ← w − η·v' },
  schedule: { meaning: 'How the learning rate falls: half a cosine to 0 over all steps, by a factor every so many epochs, or not at all.', default: 'cosine' },
  momentum: { meaning: 'Share of the previous step that is carried on.', range: '0 to below 1', default: '0.9', formula: 'v ← β·v + g' },
  weightDecay: { meaning: 'Pull of all weights towards 0.', range: '0 to 1', default: '0.0005', formula: 'g ← g + λ·w' },
  gradientNormClip: { meaning: 'Greatest Euclidean norm of the gradient over all trained parameters; longer ones are shortened to it. 0 leaves them as they are.', range: '0 or more', default: '0 (off)' },
  trainImages: { meaning: 'The first images of the training part, the validation images included: those are cut from the end of these and not trained on. 0 takes all that are not tested on.', range: '0 or more', default: '0 (all)' },
  cropPadding: { meaning: 'Each training image is shifted at random by up to this many pixels.', range: '0 to 64', default: '0' },
  horizontalFlip: { meaning: 'Half of the training images are mirrored left to right. Wrong for digits and letters.', default: 'off' },
  validationImages: { meaning: 'Cut from the end of the training images and not trained on: so many fewer train the network. They choose the checkpoint that is kept.', range: 'at least 1', default: '500' },
  validationChipInstances: { meaning: 'Chip instances at each validation.', range: '1 to 1000', default: '3' },
  testImages: { meaning: 'Images for the figures before and after. They are neither trained nor validated on.', range: 'at least 1', default: '2000' },
  testChipInstances: { meaning: 'Chip instances for the figures before and after.', range: '1 to 1000', default: '10' },
  seed: { meaning: 'Order of the images and all noise follow from it.', range: '0 to 4 294 967 295', default: '1' }
} satisfies Record<string, FieldHelp>
