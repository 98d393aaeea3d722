export { GenerationsHttpModule } from './generations-http.module.ts';
