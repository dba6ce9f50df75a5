/** Runs before the rest of the page; see index.html. */
import { takeToken } from './token'

takeToken()
