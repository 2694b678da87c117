"""What stops an application that is running: locks that last, rewrites, scans."""
