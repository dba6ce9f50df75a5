/** Meaning, range, default and formula of each fine-tuning setting, for the help beside it. */
import type { FieldHelp } from '../../components/base/FieldRow.vue'

export const finetuneHelp = {
  method: {
    meaning: 'What of the hardware acts while training. Accuracies are measured on all of it whatever is chosen here. The last three are baselines, to see what HA-SGD itself brings.',
    default: 'Hessian-Aware SGD'
  },
  sigmaRange: { meaning: 'σ of the weight-referred device is drawn anew for each noise sample, uniformly from this range, instead of the one of the hardware: the network learns to bear devices of unknown quality.', range: '0 or more', default: 'that of the hardware' },
  muRange: { meaning: 'The same for the offset μ.', default: 'that of the hardware' },
  rampEpochs: { meaning: 'The error of each draw grows from 0 to its full size over so many epochs, which helps where full noise from the start would not let the network learn.', range: '0 or more', default: '0 (full from the start)', formula: 'w + r·(ŵ − w), r = step / steps of the ramp' },
  accumulation: { meaning: 'Batches whose gradients are averaged for one step: the effect of a larger batch at the memory of a small one.', range: '1 to 1024', default: '1' },
  warmupEpochs: { meaning: 'The learning rate rises linearly from 0 over so many epochs, on top of the schedule.', range: '0 or more', default: '0' },
  nesterov: { meaning: 'The gradient counts as taken where momentum will have led.', default: 'off', formula: 'w ← w − η·(g + β·v)' },
  weightLimit: { meaning: 'Weights of a layer are brought back into limits after each step. A few large weights widen the scale that a layer shares, and with it the errors of all its weights. On a Wide ResNet (docs/results.md) a limit of 2 standard deviations let HA-SGD regain 35 points in place of 20.', default: 'none' },
  learntDac: {
    meaning: 'The full scale of each layer’s inputs is learnt with the weights, from the calibrated or fixed range on. The figures after are measured with the learnt ranges, which become fixed ranges of the layers. Not of frozen layers, nor where the range follows each input vector.',
    default: 'off (as the hardware says)', formula: '∂y/∂Δ = q − x/Δ, or the last code where x is clipped'
  },
  learntAdc: {
    meaning: 'The same for the full scale of each layer’s partial sums. One range per layer: not with a range per tile or of all the current of the rows, nor where weights lie in several arrays.',
    default: 'off (as the hardware says)', formula: 'g = ∂L/∂Δ / √(N·Q), N values per image, full scale Q·Δ'
  },
  learntRate: { meaning: 'Factor on the learning rate for the steps Δ of these converters; momentum acts on them too, weight decay does not.', range: 'above 0, to 1000', default: '1' },
  teacher: { meaning: 'Share of the loss that compares with the scores of the digital network as it was before, instead of with the labels.', range: '0 to 1', default: '0 (labels alone)', formula: '(1 − α)·CE + α·T²·KL' },
  temperature: { meaning: 'Scores of teacher and network are divided by it: the higher, the more the lesser scores count.', range: 'above 0', default: '4' },
  patience: { meaning: 'Training ends when the validation accuracy under noise was not bettered for so many epochs.', range: '0 or more', default: '0 (to the end)' },
  samples: {
    meaning: 'Draws of device noise per step. Their gradients are averaged, so the step minimises the loss as the hardware will see it; its second-order part is the curvature weighted with the device variance.',
    range: '1 to 64', default: '1', formula: 'g = 1/K · Σ ∇L(w + δₖ)'
  },
  antithetic: { meaning: 'Draws come in pairs δ and −δ. The part of the gradient noise that is linear in δ cancels.', default: 'off' },
  epochs: { meaning: 'Passes over the training images. Parts of an epoch are allowed.', range: 'above 0, to 10 000', default: '10' },
  batch: { meaning: 'Images per step.', range: '1 to 4096', default: '200' },
  learningRate: { meaning: 'Step size at the start.', range: 'above 0, to 10', default: '0.01', formula: 'w ← w − η·v' },
  schedule: { meaning: 'How the learning rate goes: half a cosine to 0 over all steps, by a factor every so many epochs, up and down once (one cycle), or not at all.', default: 'cosine' },
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
