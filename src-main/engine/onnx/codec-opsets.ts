/** OperatorSetIdProto, of a model and of a function. */
import { shortDomain } from './codec-graph'
import { opsetField } from './messages'
import type { WireReader } from './wire-reader'
import { WireWriter } from './wire-writer'

/** Reads one entry into `opsets`. */
export function readOpset(reader: WireReader, opsets: Map<string, number>): void {
  let domain = ''
  let version = 0
  while (reader.next()) {
    if (reader.field === opsetField.domain) domain = reader.string()
    else if (reader.field === opsetField.version) version = reader.safeInt()
    else reader.skip()
  }
  opsets.set(shortDomain(domain), version)
}

/** Writes all as the repeated `field` of the message around them. */
export function writeOpsets(writer: WireWriter, field: number, opsets: ReadonlyMap<string, number>): void {
  for (const [domain, version] of opsets) {
    const opset = new WireWriter()
    if (domain !== '') opset.string(opsetField.domain, domain)
    opset.int(opsetField.version, version)
    writer.message(field, opset)
  }
}
