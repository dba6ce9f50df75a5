/** The part of jStat that is used here. The package ships no types. */
declare module 'jstat' {
  const jStat: {
    studentt: { inv(probability: number, degreesOfFreedom: number): number }
    normal: { cdf(x: number, mean: number, deviation: number): number }
  }
  export default jStat
}
