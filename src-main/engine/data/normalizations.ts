/** The list of common normalisations is shared: the interface offers by name what the check ranks. */
export { normalizationCandidates, type NamedPreprocessing } from '@shared/normalizations'
