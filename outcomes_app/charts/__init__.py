"""Every chart: prepare(course) gives its table, draw(figure, data) its picture."""
