/** Counts what a classifier got right, image by image. */

export class ClassificationCounter {
  private top1 = 0
  private top5 = 0
  private lossSum = 0
  private images = 0
  /** confusion[true · classes + predicted] */
  private readonly confusion: Int32Array

  /**
   * @param classes Scores per image.
   * @param probabilities The scores are probabilities (the network ends in Softmax) and not logits.
   */
  constructor(
    private readonly classes: number,
    private readonly probabilities: boolean
  ) {
    this.confusion = new Int32Array(classes * classes)
  }

  /**
   * Adds one image. Among equal scores the first wins, as in NumPy's argmax. A score that is not a number never wins,
   * and an image without any finite winner counts as wrong.
   * @param scores Scores of a whole batch, row-major; `row` is the image.
   */
  add(scores: Float32Array, row: number, label: number): void {
    const { classes } = this
    const start = row * classes
    let best = 0
    let bestScore = -Infinity
    for (let c = 0; c < classes; c++) {
      const score = scores[start + c]!
      if (score > bestScore) {
        bestScore = score
        best = c
      }
    }
    const own = scores[start + label]!
    let better = 0
    for (let c = 0; c < classes; c++) {
      const score = scores[start + c]!
      if (score > own || (score === own && c < label)) better++
    }
    const valid = Number.isFinite(bestScore) && !Number.isNaN(own)
    if (valid && best === label) this.top1++
    if (valid && better < 5) this.top5++
    this.lossSum += valid ? this.crossEntropy(scores, start, own, bestScore) : worstLoss
    this.confusion[label * classes + best]!++
    this.images++
  }

  /** −log p of the true class, at most {@link worstLoss}. */
  private crossEntropy(scores: Float32Array, start: number, own: number, bestScore: number): number {
    if (this.probabilities) return Math.min(worstLoss, -Math.log(own))
    let sum = 0
    for (let c = 0; c < this.classes; c++) sum += Math.exp(scores[start + c]! - bestScore)
    return Math.min(worstLoss, Math.log(sum) + bestScore - own)
  }

  result(): ClassificationResult {
    const { classes, images } = this
    const rows = Array.from({ length: classes }, (_, label) => [...this.confusion.subarray(label * classes, (label + 1) * classes)])
    return { images, top1: this.top1 / images, top5: this.top5 / images, loss: this.lossSum / images, confusion: rows }
  }
}

/** Keeps a mean finite when a network's scores overflow: the cross-entropy of a probability of 1e-38 (float32's smallest). */
const worstLoss = -Math.log(1e-38)

export interface ClassificationResult {
  images: number
  top1: number
  top5: number
  /** Mean cross-entropy in nats. */
  loss: number
  confusion: number[][]
}
