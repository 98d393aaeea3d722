export { ServicesHttpModule } from './services-http.module.ts';
