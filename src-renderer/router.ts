/** One route per screen. Screens other than Start need an open project and lead back to Start without one. */
import { createRouter, createWebHashHistory, type Router } from 'vue-router'
import { stepIds, type StepId } from './composables/flow'
import { useProjectStore } from './stores/project'

const views: Record<StepId, () => Promise<unknown>> = {
  model: () => import('./views/model/ModelView.vue'),
  data: () => import('./views/data/DataView.vue'),
  device: () => import('./views/device/DeviceView.vue'),
  hardware: () => import('./views/hardware/HardwareView.vue'),
  simulate: () => import('./views/simulate/SimulateView.vue'),
  finetune: () => import('./views/finetune/FinetuneView.vue'),
  results: () => import('./views/results/ResultsView.vue'),
  report: () => import('./views/report/ReportView.vue')
}

export function createStudioRouter(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', name: 'start', component: () => import('./views/start/StartView.vue') },
      ...stepIds.map((id) => ({ path: `/${id}`, name: id, component: views[id] })),
      { path: '/:rest(.*)*', redirect: '/' }
    ]
  })
  router.beforeEach((to) => {
    const project = useProjectStore()
    return to.name !== 'start' && project.loaded && !project.open ? { name: 'start' } : true
  })
  return router
}
