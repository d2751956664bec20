"""monitor.run"""
