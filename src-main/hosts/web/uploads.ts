/** Files that the page sends: streamed to disk, bounded in size, named by a handle. */
import { existsSync } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fail } from '@shared/problems'
import type { Services } from '../../services/contract'
import { safeFileName } from './upload-name'

/** At most this many pages' folders are remembered; an older page's next file gets a new folder. */
const rememberedBatches = 64

/**
 * Uploads of one host. Files of one page (`batch`) lie in one folder, because some formats want their labels beside
 * their images; a name that is there already begins a new folder, so that a handle never changes its content.
 */
export class Uploads {
  private readonly folders = new Map<string, Promise<string>>()

  constructor(
    private readonly services: Pick<Services, 'uploadFolder' | 'registerPath'>,
    readonly maximumBytes: number
  ) {}

  /**
   * Stores `body` and returns its handle.
   * Raises FILE_TOO_LARGE when it exceeds the limit; nothing is kept then.
   */
  async receive(body: Readable, suggestedName: string, batch: string | null, announcedBytes: number | null): Promise<{ handle: string; name: string }> {
    const name = safeFileName(suggestedName)
    if (announcedBytes !== null && announcedBytes > this.maximumBytes) this.tooLarge(name)
    const { path, file } = await this.create(batch, name)
    let received = 0
    const limit = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        received += chunk.length
        if (received > this.maximumBytes) done(new LimitExceeded())
        else done(null, chunk)
      }
    })
    try {
      await pipeline(body, limit, file.createWriteStream())
      // A connection that ends early must not pass as a whole file.
      if (announcedBytes !== null && received !== announcedBytes) {
        fail('FILE_UNREADABLE', name, `The upload ended after ${received} of ${announcedBytes} bytes.`, 'Send the file again.')
      }
    } catch (error) {
      await rm(path, { force: true })
      if (error instanceof LimitExceeded) this.tooLarge(name)
      throw error
    }
    return { handle: this.services.registerPath(path), name }
  }

  /** Makes the file; never takes one that is there, be it of the same moment. */
  private async create(batch: string | null, name: string): Promise<{ path: string; file: FileHandle }> {
    const path = join(await this.folderFor(batch, name), name)
    try {
      return { path, file: await open(path, 'wx') }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      return this.create(null, name)
    }
  }

  private async folderFor(batch: string | null, name: string): Promise<string> {
    if (batch === null) return this.services.uploadFolder()
    const known = this.folders.get(batch)
    if (known !== undefined) {
      const folder = await known
      if (!existsSync(join(folder, name))) return folder
    }
    const made = this.services.uploadFolder()
    this.folders.delete(batch)
    this.folders.set(batch, made)
    const oldest = this.folders.keys().next()
    if (this.folders.size > rememberedBatches && !oldest.done) this.folders.delete(oldest.value)
    return made
  }

  private tooLarge(name: string): never {
    const limit = `${Math.floor(this.maximumBytes / 2 ** 20)} MiB`
    fail('FILE_TOO_LARGE', name, `The file is larger than ${limit}, the most that can be sent through the browser.`, 'Choose the file on the machine that the program runs on.')
  }
}

class LimitExceeded extends Error {}
