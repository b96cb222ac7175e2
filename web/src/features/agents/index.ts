export { AgentEditorPage } from './pages/agent-editor-page';
export { AgentsPage } from './pages/agents-page';
