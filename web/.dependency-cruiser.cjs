/** routes -> features -> api | realtime | ui | shared. A feature meets another only at its index. */
const test = '[.]test[.]tsx?$|^src/testing/|/testing/|/testing[.]tsx?$';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '[.]d[.]ts$|main[.]tsx$|[.]test[.]tsx?$|setup[.]ts$' },
      to: {},
    },
    { name: 'unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'ui-stands-alone',
      severity: 'error',
      from: { path: '^src/ui/', pathNot: test },
      to: { path: '^src/', pathNot: '^src/ui/' },
    },
    {
      name: 'api-realtime-shared-are-below',
      severity: 'error',
      from: { path: '^src/(api|realtime|shared)/', pathNot: test },
      to: { path: '^src/(app|routes|features|ui)/' },
    },
    {
      name: 'features-do-not-know-routes',
      severity: 'error',
      from: { path: '^src/features/', pathNot: test },
      to: { path: '^src/(app|routes)/' },
    },
    {
      name: 'features-meet-at-the-index',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/', pathNot: test },
      to: {
        path: '^src/features/([^/]+)/',
        pathNot: ['^src/features/$1/', '^src/features/[^/]+/index[.]ts$'],
      },
    },
    {
      name: 'routes-and-app-use-the-index',
      severity: 'error',
      from: { path: '^src/(routes|app)/', pathNot: test },
      to: {
        path: '^src/(features/[^/]+|ui|api|realtime)/',
        pathNot: '/index[.]ts$|^src/ui/styles[.]css$',
      },
    },
    {
      name: 'code-does-not-use-test-code',
      severity: 'error',
      from: { pathNot: test },
      to: { path: '^src/testing/|[.]test[.]tsx?$' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'routeTree[.]gen[.]ts$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};
