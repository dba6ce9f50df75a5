/** What the estimate leaves out or simplifies, in sentences for screen, command line and documentation. */
export const costLimits: readonly string[] = [
  'First order: counts times figures of single components from different chips and process nodes. Good for comparing choices on one network, not for predicting a chip.',
  'Weights stay in place: every layer has arrays of its own, each weight is stored once, and no array is shared or repeated to speed a layer up.',
  'All arrays of a layer work at once; its positions and reads come one after another. Digital sums, scaling and buffers are taken to keep up.',
  'Not counted: programming of cells, calibration and measuring drift, clocks, leakage, wires between arrays, control, external memory.',
  'Not counted: activation functions, pooling, normalisation and additions of branches; digital layers cost their multiply–accumulates only.',
  'Buffers: every input vector is fetched whole at every position, without reuse of windows that overlap.',
  'Area: cells, ADCs and row drivers only; digital logic, buffers and routing come on top.',
  'Rows that are zero are counted as driven. Energy in wires and in the sense amplifiers belongs to the figures of drivers and ADCs.',
  'Inputs count as signed unless the description says otherwise or the operators before the layer exclude negative values; calibration on data may find more unsigned inputs, which changes the reads of bit-serial inputs.'
]
