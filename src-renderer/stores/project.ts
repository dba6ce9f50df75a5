/**
 * The open project and its settings. Edits act on a local copy at once, can be undone, and are saved after a short pause;
 * what the services report replaces the copy unless an edit is still on its way.
 */
import { computed, ref, shallowRef, toRaw } from 'vue'
import { defineStore } from 'pinia'
import type { RequestInput } from '@shared/api'
import type { Problem } from '@shared/problems'
import type { ProjectSettings, ProjectState } from '@shared/project'
import { createHistory } from './history'
import { useBridge } from './bridge'
import { useProblemsStore } from './problems'

const saveDelayMilliseconds = 350

export const useProjectStore = defineStore('project', () => {
  const bridge = useBridge()
  const problems = useProblemsStore()

  /** The project as the services last told it; null when none is open. */
  const state = shallowRef<ProjectState | null>(null)
  /** The settings as edited here. Change them through `edit` only. */
  const settings = ref<ProjectSettings | null>(null)
  const loaded = ref(false)
  const dirty = ref(false)
  /** The last refusal to save, shown beside its field. */
  const saveProblem = ref<Problem | null>(null)
  const history = createHistory<ProjectSettings>()
  const canUndo = ref(false)
  const canRedo = ref(false)
  let timer: ReturnType<typeof setTimeout> | null = null
  let saving: Promise<void> | null = null

  const open = computed(() => state.value !== null)
  const network = computed(() => state.value?.network ?? null)
  const dataset = computed(() => state.value?.dataset ?? null)
  const runs = computed(() => state.value?.runs ?? [])

  function receive(next: ProjectState | null): void {
    const changedProject = next?.location !== state.value?.location
    state.value = next
    if (changedProject) {
      history.clear()
      refreshHistory()
      dirty.value = false
      saveProblem.value = null
    }
    if (!dirty.value) settings.value = next === null ? null : structuredClone(next.settings)
    loaded.value = true
  }

  function refreshHistory(): void {
    canUndo.value = history.canUndo()
    canRedo.value = history.canRedo()
  }

  /**
   * Changes the settings: `change` gets a draft that it may modify. Edits with the same `key` in quick succession are one
   * step of undo.
   */
  function edit(key: string, change: (draft: ProjectSettings) => void): void {
    if (settings.value === null) return
    const before = copyOf(settings.value)
    const draft = copyOf(settings.value)
    change(draft)
    if (JSON.stringify(before) === JSON.stringify(draft)) return
    history.record(before, key, Date.now())
    replaceSettings(draft)
  }

  function replaceSettings(next: ProjectSettings): void {
    settings.value = next
    dirty.value = true
    refreshHistory()
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => void save(), saveDelayMilliseconds)
  }

  function undo(): void {
    const previous = settings.value === null ? null : history.undo(copyOf(settings.value))
    if (previous !== null) replaceSettings(previous)
  }
  function redo(): void {
    const next = settings.value === null ? null : history.redo(copyOf(settings.value))
    if (next !== null) replaceSettings(next)
  }

  /** Saves what is not saved yet; false when the services refused it. */
  async function save(): Promise<boolean> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (saving !== null) await saving
    if (!dirty.value || settings.value === null) return saveProblem.value === null
    const sent = copyOf(settings.value)
    saving = (async () => {
      const answer = await bridge.request('project.saveSettings', { settings: sent })
      saveProblem.value = answer.ok ? null : answer.problem
      problems.unwrap(answer)
      // An edit made meanwhile has set its own timer.
      if (timer === null && answer.ok) dirty.value = false
    })()
    await saving
    saving = null
    return saveProblem.value === null
  }

  async function load(): Promise<void> {
    receive(problems.unwrap(await bridge.request('project.current', {})))
  }
  bridge.on('project.changed', receive)

  async function openWith(request: () => Promise<ProjectState | null>): Promise<boolean> {
    if (dirty.value) await save()
    const next = await request()
    if (next !== null) receive(next)
    return next !== null
  }
  const openSample = (): Promise<boolean> => openWith(async () => problems.unwrap(await bridge.request('project.openSample', {})))
  const create = (name: string, parent: string | null): Promise<boolean> =>
    openWith(async () => problems.unwrap(await bridge.request('project.create', { name, parent })))
  const openProject = (which: RequestInput<'project.open'>): Promise<boolean> =>
    openWith(async () => problems.unwrap(await bridge.request('project.open', which)))
  async function close(): Promise<void> {
    await save()
    if (problems.unwrap(await bridge.request('project.close', {})) !== null) receive(null)
  }

  return {
    state, settings, loaded, open, network, dataset, runs, dirty, saveProblem, canUndo, canRedo,
    edit, undo, redo, save, load, openSample, create, openProject, close
  }
})

/** A plain copy: reactive proxies cannot be cloned structurally, and settings are JSON. */
const copyOf = (settings: ProjectSettings): ProjectSettings => JSON.parse(JSON.stringify(toRaw(settings))) as ProjectSettings
