'use strict';

window.addEventListener('DOMContentLoaded', () => {
	SwaggerUIBundle({
		url: '/openapi.json',
		dom_id: '#docs',
		presets: [SwaggerUIBundle.presets.apis],
		layout: 'BaseLayout',
		docExpansion: 'list',
		defaultModelsExpandDepth: 0,
		persistAuthorization: false,
		// Nothing is sent to anybody else, the document neither.
		validatorUrl: null,
	});
});
