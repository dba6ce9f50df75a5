/**
 * Where the tiles of a layer are drawn: one block per group with its tiles in rows and columns as they cut the matrix,
 * groups flowing from left to right and wrapping. Each tile is the outline of an array with the occupied corner filled;
 * outlines behind it stand for its further arrays.
 */
import type { LayerTileMap } from './tile-map'

export interface TileRectangle {
  x: number
  y: number
  width: number
  height: number
  /** Occupied part, from the top left corner. */
  usedWidth: number
  usedHeight: number
  /** Occupied cells over all cells of the array. */
  occupancy: number
  group: number
  row: number
  column: number
}

export interface TileDrawing {
  rectangles: TileRectangle[]
  width: number
  height: number
  /** Tiles that were left out because there are too many to tell apart. */
  hidden: number
  /** Outlines behind each tile for its further arrays (slices, the second cells of pairs), each this many pixels aside. */
  depth: number
  shift: number
}

const largestTile = 34
const smallestTile = 6
const groupGap = 6
/** More arrays than this behind a tile look the same; the words say how many there are. */
const deepest = 3
const shift = 2

/** Height that the tiles of a layer should not exceed, where the smallest tile allows it. */
const preferredHeight = 120

/** Longer side of a tile in pixels, smaller for layers of many tiles or many tiles above each other. */
const tileSize = (map: LayerTileMap): number =>
  Math.max(smallestTile, Math.min(largestTile, Math.round(preferredHeight / Math.max(map.rows.length, Math.sqrt(map.tiles)))))

export function drawTiles(map: LayerTileMap, availableWidth: number, limit = 4000): TileDrawing {
  const size = tileSize(map)
  const depth = Math.min(deepest, map.arraysPerTile - 1)
  const tileGap = 2 + depth * shift
  const longer = Math.max(map.arrayRows, map.arrayColumns)
  const width = Math.max(4, (size * map.arrayColumns) / longer)
  const height = Math.max(4, (size * map.arrayRows) / longer)
  const rectangles: TileRectangle[] = []
  const columnsThatFit = Math.max(1, Math.floor((availableWidth + 2) / (width + tileGap)))
  // A group wider than the panel is folded as well, so that nothing is cut off.
  const perLine = Math.min(map.columns.length, columnsThatFit)
  const lines = Math.ceil(map.columns.length / perLine)
  const groupWidth = perLine * (width + tileGap) - 2
  const groupHeight = lines * map.rows.length * (height + tileGap) - 2
  const groupsPerLine = Math.max(1, Math.floor((availableWidth + groupGap) / (groupWidth + groupGap)))
  const perGroup = map.rows.length * map.columns.length
  const groups = Math.min(map.groups, Math.max(1, Math.floor(limit / perGroup)))
  for (let group = 0; group < groups; group++) {
    const left = (group % groupsPerLine) * (groupWidth + groupGap)
    const top = Math.floor(group / groupsPerLine) * (groupHeight + groupGap)
    map.rows.forEach((usedRows, row) => {
      map.columns.forEach((usedColumns, column) => {
        if (rectangles.length >= limit) return
        const line = Math.floor(column / perLine)
        rectangles.push({
          x: left + (column % perLine) * (width + tileGap),
          y: top + (line * map.rows.length + row) * (height + tileGap),
          width,
          height,
          usedWidth: (width * usedColumns) / map.arrayColumns,
          usedHeight: (height * usedRows) / map.arrayRows,
          occupancy: (usedRows * usedColumns) / (map.arrayRows * map.arrayColumns),
          group,
          row,
          column
        })
      })
    })
  }
  const right = Math.max(...rectangles.map((rectangle) => rectangle.x + rectangle.width))
  const bottom = Math.max(...rectangles.map((rectangle) => rectangle.y + rectangle.height))
  return { rectangles, width: right + depth * shift, height: bottom + depth * shift, hidden: map.tiles - rectangles.length, depth, shift }
}
