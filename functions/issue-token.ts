import { serve } from '../lib/http/handler.ts';
import { issueToken } from '../lib/http/issue-token.ts';
import { bindOAuth } from '../lib/http/oauth.ts';
import * as routes from '../lib/api/tokens.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serve(openRuntime, [bindOAuth(routes.issueToken, issueToken)]);
