import './ui/styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/providers';
import { createQueryClient } from './app/query-client';
import { createAppRouter } from './app/router';
import { goToSignIn, keepOrLeave } from './app/sign-out';
import { createRealtime } from './realtime';
import { watchPreferences } from './shared/preferences';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');

const queryClient = createQueryClient(goToSignIn);
const realtime = createRealtime({ onSignedOut: () => keepOrLeave(queryClient, goToSignIn) });
const router = createAppRouter({ queryClient, realtime });
watchPreferences();

createRoot(root).render(
  <StrictMode>
    <App queryClient={queryClient} router={router} />
  </StrictMode>,
);
