/* SPDX-License-Identifier: ISC */
/* A drawing as PNG: its SVG, with the light colours of the page, as librsvg renders it. */
#include <librsvg/rsvg.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/library.h"
#include "lib/base/memory.h"
#include "lib/page/drawing.h"

static const char base_style[] =
#include "css/base.inc"
    ;

static const char picture_style[] =
#include "css/pictures.inc"
    /* As the page has text in pictures. */
    "text { font-family: 'Liberation Sans', Arial, 'DejaVu Sans', sans-serif; font-size: 13px }";

/* The margin around a picture, in its units. */
static const double margin = 14;

/* The functions of librsvg, and those of cairo and GLib, which it uses. The libraries are loaded for a
 * mail only: with them, every page would start more slowly. */
#define FUNCTIONS(X) \
	X(rsvg_handle_new_from_data) \
	X(rsvg_handle_set_stylesheet) \
	X(rsvg_handle_render_document) \
	X(cairo_image_surface_create) \
	X(cairo_surface_write_to_png_stream) \
	X(cairo_surface_destroy) \
	X(cairo_create) \
	X(cairo_set_source_rgb) \
	X(cairo_paint) \
	X(cairo_destroy) \
	X(g_object_unref)

struct library {
	FUNCTIONS(FIL_FUNCTION_POINTER)
};

static const struct fil_function functions[] = { FUNCTIONS(FIL_FUNCTION_ROW) };

#ifdef __SANITIZE_ADDRESS__
/* The leak sanitizer asks these. fontconfig, which the library uses, frees nothing at the end. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig";
}

const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}
#endif

#define LIBRARY "librsvg-2.so.2"

/* Loads the library, which stays loaded. Returns 0, or -1 with a fault if it is not installed. */
static int
load(struct library *library, struct fil_fault *fault)
{
	int loaded = fil_library_load(
	    LIBRARY, library, functions, sizeof functions / sizeof *functions, fault);

	if (loaded == 0)
		return fil_fault_set(fault, FIL_UNAVAILABLE,
		    "the mail has no pictures: %s is not installed (Debian's package librsvg2-2); "
		    "its tables have their figures",
		    LIBRARY);
	return loaded < 0 ? -1 : 0;
}

/* Adds the light value of a variable of the style, "--ink" of n bytes. */
static void
add_value(struct fil_bytes *style, const char *variable, size_t n)
{
	for (const char *p = base_style; (p = strstr(p, "--")); p += 2)
		if (strncmp(p, variable, n) == 0 && p[n] == ':') {
			p += n + 1;
			fil_bytes_add(style, p, strcspn(p, ";}"));
			return;
		}
	fil_bug("no colour %.*s", (int)n, variable);
}

/* Adds the style of pictures with values in place of its variables, which librsvg does not know. */
static void
add_style(struct fil_bytes *style)
{
	static const char begin[] = "var(";
	const char *rest = picture_style, *variable;

	while ((variable = strstr(rest, begin))) {
		size_t n;

		fil_bytes_add(style, rest, (size_t)(variable - rest));
		variable += sizeof begin - 1;
		n = strcspn(variable, ")");
		add_value(style, variable, n);
		rest = variable + n + 1;
	}
	fil_bytes_add_text(style, rest);
}

/* Sets the SVG, with its hatch, and its size in units. */
static void
set_svg(struct fil_bytes *svg, const struct fil_drawing *drawing, double *width, double *height)
{
	struct fil_memory_stream memory;
	char *content;

	fil_memory_stream_open(&memory);
	fil_drawing_svg(memory.stream, drawing, "mail");
	fil_memory_stream_close(&memory);
	content = strchr(memory.text, '>') + 1;
	if (sscanf(strstr(memory.text, "viewBox"), "viewBox=\"0 0 %lf %lf\"", width, height) != 2)
		fil_bug("a drawing without a size");
	fil_bytes_add(svg, memory.text, (size_t)(content - memory.text));
	fil_bytes_add_text(svg, fil_drawing_hatch);
	fil_bytes_add_text(svg, content);
	free(memory.text);
}

static cairo_status_t
add_bytes(void *closure, const unsigned char *data, unsigned n)
{
	fil_bytes_add(closure, (const char *)data, n);
	return CAIRO_STATUS_SUCCESS;
}

/* Renders the SVG on an opaque surface, and adds it as PNG. Returns whether it could. */
static bool
render(const struct library *library, RsvgHandle *handle, double width, double height,
    struct fil_bytes *png)
{
	double scale = FIL_DRAWING_PNG_WIDTH / (width + 2 * margin);
	RsvgRectangle place = { margin * scale, margin * scale, width * scale, height * scale };
	cairo_surface_t *surface = library->cairo_image_surface_create(
	    CAIRO_FORMAT_RGB24, FIL_DRAWING_PNG_WIDTH, (int)((height + 2 * margin) * scale + 0.5));
	cairo_t *cairo = library->cairo_create(surface);
	bool rendered;

	library->cairo_set_source_rgb(cairo, 1, 1, 1);
	library->cairo_paint(cairo);
	rendered = library->rsvg_handle_render_document(handle, cairo, &place, NULL);
	library->cairo_destroy(cairo);
	rendered = rendered &&
	    library->cairo_surface_write_to_png_stream(surface, add_bytes, png) ==
		CAIRO_STATUS_SUCCESS;
	library->cairo_surface_destroy(surface);
	return rendered;
}

int
fil_drawing_png(const struct fil_drawing *drawing, struct fil_bytes *png, struct fil_fault *fault)
{
	struct library library = { 0 };
	struct fil_bytes style = { 0 }, svg = { 0 };
	double width, height;
	RsvgHandle *handle;
	bool rendered = false;

	if (load(&library, fault) < 0)
		return -1;
	add_style(&style);
	set_svg(&svg, drawing, &width, &height);
	/* load() has set it, byte by byte. NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
	handle = library.rsvg_handle_new_from_data((const guint8 *)svg.data, svg.length, NULL);
	if (handle) {
		rendered = library.rsvg_handle_set_stylesheet(
			       handle, (const guint8 *)style.data, style.length, NULL) &&
		    render(&library, handle, width, height, png);
		library.g_object_unref(handle);
	}
	fil_bytes_release(&style);
	fil_bytes_release(&svg);
	if (rendered)
		return 0;
	return fil_fault_set(fault, FIL_UNAVAILABLE,
	    "the mail lacks a picture, which %s cannot render; its tables have the figures",
	    LIBRARY);
}
