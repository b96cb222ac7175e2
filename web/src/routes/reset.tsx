import { createFileRoute, useLocation } from '@tanstack/react-router';
import { ResetPage } from '@/features/entrance';

export const Route = createFileRoute('/reset')({
  component: function Reset() {
    return <ResetPage token={useLocation().hash} />;
  },
});
